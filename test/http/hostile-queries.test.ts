import { once } from 'node:events'
import { request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSignedData } from '../../src/signing/read-cms.js'
import { readable, testApp } from '../support/app.js'
import { text } from '../support/arbitraries.js'
import { runs } from '../support/runs.js'

// A request line can hold no spaces and no control characters, but all else, well-formed or not.
const rawByte = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: 255 })
      .map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%',
      '%%',
      '&',
      '=',
      '+',
      '#',
      '?',
      ';',
      '%u0041',
      '__proto__',
      '[]',
    ),
  },
)
const raw = fc.array(rawByte, { maxLength: 40 }).map((parts) => parts.join(''))
const path = fc.oneof(
  fc.constantFrom(
    '/setup',
    '/setup/qr.svg',
    '/setup/qr.png',
    '/formats/apple-profile',
    '/formats/settings-sheet',
    '/email.mobileconfig',
    '/mobileconfig',
  ),
  raw.map((text) => `/${text}`),
  raw.map((text) => `/formats/${text}`),
)
const parameter = fc.tuple(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom('address', 'email', 'emailaddress', 'name', 'protocol'),
    },
    { weight: 1, arbitrary: raw },
  ),
  fc.oneof(
    raw,
    fc.constantFrom('ann@btinternet.com', 'ann@icloud.com', 'ann@outlook.com', 'imap', 'pop3'),
    raw.map((local) => `${local}@btinternet.com`),
    fc.string({ unit: 'binary', maxLength: 250 }).filter(isWellFormed).map(encodeURIComponent),
  ),
)
const query = fc
  .array(parameter, { maxLength: 5 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))

function isWellFormed(value: string): boolean {
  return !/\p{Cs}/u.test(value)
}

interface Answer {
  readonly status: number
  readonly body: Buffer
}

describe('hostile queries', () => {
  let server: Server
  let port: number

  beforeAll(async () => {
    server = testApp().listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })

  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  // Not fetch: it would put a URL in order first.
  function get(target: string, accept = '*/*'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      httpRequest(
        { host: '127.0.0.1', port, path: target, headers: { Accept: accept } },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
          )
        },
      )
        .on('error', reject)
        .end()
    })
  }

  it('are answered or refused with a code, never with a 500', async () => {
    const accept = fc.constantFrom('*/*', 'text/html')
    await fc.assert(
      fc.asyncProperty(path, query, accept, async (place, parameters, accepted) => {
        const { status, body } = await get(`${place}?${parameters}`, accepted)
        expect([200, 400, 404, 413, 422]).toContain(status)
        // Express takes "//" for the start of a host, finds no path and answers 404 by itself; with a
        // "#" in the target, a backslash is a slash to it.
        const hasPath = !/^\/[/\\]/.test(place)
        if (status !== 200 && accepted === '*/*' && hasPath) {
          expect(body.toString()).toMatch(/^[a-z_]+: /)
        }
      }),
      { numRuns: runs(3000) },
    )
  })

  it('that are accepted come back from the profile as they went in', async () => {
    const atom = fc.string({
      unit: fc.constantFrom(...Array.from("abcXYZ019!#$%&'*+-/=?^_`{|}~")),
      minLength: 1,
      maxLength: 20,
    })
    const person = fc.record({
      address: fc
        .array(atom, { minLength: 1, maxLength: 3 })
        .map((atoms) => `${atoms.join('.')}@btinternet.com`),
      name: text(200).filter((name) => name.trim() === name),
      protocol: fc.constantFrom('imap', 'pop3'),
    })
    await fc.assert(
      fc.asyncProperty(person, async ({ address, name, protocol }) => {
        const parameters = new URLSearchParams({ address, name, protocol }).toString()
        const { status, body } = await get(`/formats/apple-profile?${parameters}`)
        expect(status).toBe(200)
        const content = Buffer.from(readSignedData(body).content).toString()
        const { PayloadContent } = parse(content) as { PayloadContent: unknown[] }
        expect(PayloadContent[0]).toMatchObject({
          EmailAddress: address,
          EmailAccountName: name,
          EmailAccountType: protocol === 'imap' ? 'EmailTypeIMAP' : 'EmailTypePOP',
          IncomingMailServerUsername: address,
          OutgoingMailServerUsername: address,
        })
        const page = readable((await get(`/setup?${parameters}`)).body.toString())
        expect(page).toContain(address)
      }),
      // Each takes plist's parser 20 ms.
      { numRuns: runs(250) },
    )
  })
})
