import request from 'supertest'
import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import { readSignedData } from '../../src/signing/read-cms.js'
import { formats } from '../../src/formats/index.js'
import { developmentIdentity, get, testApp } from '../support/app.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'

const PROFILES = [
  '/formats/apple-profile?address=ann@btinternet.com',
  '/email.mobileconfig?email=ann@btinternet.com',
  '/mobileconfig?emailaddress=ann@btinternet.com',
]

function contentOf(profile: Uint8Array): string {
  return Buffer.from(readSignedData(profile).content).toString()
}

describe.each(PROFILES)('GET %s', (path) => {
  it('sends the file as iOS wants it, to be kept by nobody', async () => {
    const { status, headers, body } = await get(testApp(), path)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      // With a charset, or as anything else, iOS only saves it.
      'content-type': 'application/x-apple-aspen-config',
      'content-disposition': 'attachment; filename="ann-btinternet.com.mobileconfig"',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'x-content-type-options': 'nosniff',
      'content-length': String(body.length),
    })
    expect(headers['etag']).toBeUndefined()
    expect(headers['set-cookie']).toBeUndefined()
  })

  it.skipIf(isMissing('openssl'))('is signed for openssl', async () => {
    const content = verifyCms((await get(testApp(), path)).body, developmentIdentity.rootPem)
    expect(content?.toString()).toContain('<string>ann@btinternet.com</string>')
  })

  it('answers HEAD with the same headers', async () => {
    const { status, headers, text } = await request(testApp()).head(path)
    expect([status, headers['content-type'], text]).toEqual([
      200,
      'application/x-apple-aspen-config',
      undefined,
    ])
  })

  it('needs a certificate, and says so without one', async () => {
    const { status, body } = await get(testApp({ signingIdentity: undefined }), path)
    expect(status).toBe(503)
    expect(body.toString()).toMatch(/^signing_unavailable: This server cannot sign/)
  })

  it('takes name and protocol', async () => {
    const { body } = await get(
      testApp(),
      `${path}&name=%26%3C%3E%22%27%5D%5D%3E%20%F0%9F%99%82&protocol=pop3`,
    )
    const content = contentOf(body)
    const { PayloadContent } = parse(content) as { PayloadContent: Record<string, unknown>[] }
    expect(PayloadContent[0]).toMatchObject({
      EmailAccountName: `&<>"']]> 🙂`,
      EmailAccountType: 'EmailTypePOP',
    })
  })
})

it('gives one profile under three paths', async () => {
  const now = () => new Date('2026-03-01T12:00:00Z')
  const contents = await Promise.all(
    PROFILES.map(async (path) => contentOf((await get(testApp({ now }), path)).body)),
  )
  expect(new Set(contents).size).toBe(1)
})

describe.each(formats.map((format) => [format.id, format] as const))(
  '/formats/%s',
  (id, format) => {
    it('opens nothing by itself', async () => {
      const { status, headers } = await get(testApp(), `/formats/${id}?address=ann@btinternet.com`)
      expect([status, headers['location']]).toEqual([200, undefined])
      if (format.kind === 'file') {
        expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"$/)
      } else {
        expect(headers['content-type']).toBe('text/plain; charset=utf-8')
      }
    })
  },
)
