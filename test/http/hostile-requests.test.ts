import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readXml } from '../../src/encoding/read-xml.js'
import { autodiscoverRequest } from '../readers/autodiscover.js'
import { recordingLogger, testApp } from '../support/app.js'
import { localPart } from '../support/arbitraries.js'
import { rawServer } from '../support/raw-server.js'
import { runs } from '../support/runs.js'
import { tenants } from '../support/tenants.js'

// Whoever asks for settings may send anything.

const { logger, text: logged } = recordingLogger()
const ask = rawServer(testApp({ catalogue: tenants, pacc: '02', logger }))

const POX = '/autodiscover/autodiscover.xml'
const MARK = 'h0stile<&>"\''

const piece = fc.oneof(
  fc.constantFrom(
    ...['<', '>', '&', '"', "'", ']]>', '<!--', '<![CDATA[', '<?', '?>', '%00', '&#0;', '&lt;'],
    ...['<EMailAddress>', '</EMailAddress>', '<Request>', '</Request>', '<Autodiscover>'],
    ...['ann@btinternet.com', '@btinternet.com', 'mobilesync/responseschema/2006', '\0', '\uFEFF'],
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    MARK,
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const noise = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
const body = fc.oneof(
  noise.map((text) => Buffer.from(text, 'utf8')),
  noise.map((text) => Buffer.from(text, 'utf16le')),
  noise.map((text) => Buffer.from(autodiscoverRequest(text))),
  noise.map((text) => Buffer.from(autodiscoverRequest('ann@btinternet.com', text))),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)

describe('hostile Autodiscover requests', () => {
  it('are answered in well-formed XML, with nothing of theirs but an address', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (bytes, chunked) => {
        const { status, text, headers } = await ask({
          method: 'POST',
          target: POX,
          headers: { 'Content-Type': 'text/xml' },
          body: bytes,
          chunked,
        })
        expect([200, 404]).toContain(status)
        expect(headers['content-type']).toBe('application/xml; charset=utf-8')
        const root = readXml(text)
        expect(root.name).toBe('Autodiscover')
        expect(text).not.toContain('h0stile')
        const [response] = root.elements
        expect(response?.elements.map(({ name }) => name)).toEqual(
          status === 200 && !text.includes('<Error ') ? ['User', 'Account'] : ['Error'],
        )
      }),
      { numRuns: runs(3000) },
    )
  }, 120_000)

  it('come back as they went in when the address is good', async () => {
    await fc.assert(
      fc.asyncProperty(localPart, async (local) => {
        const address = `${local}@btinternet.com`
        const escaped = address.replaceAll('&', '&amp;')
        const { status, text } = await ask({
          method: 'POST',
          target: POX,
          body: autodiscoverRequest(escaped),
        })
        expect(status).toBe(200)
        const user = readXml(text).elements[0]?.elements[0]
        expect(user?.elements.map((element) => element.text)).toEqual([address, address])
      }),
      { numRuns: runs(500) },
    )
  })
})

const urlNoise = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
      fc.constantFrom('ann@btinternet.com', '&emailaddress=', '%40', '@', 'h0stile'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join('').replaceAll('#', ''))
const target = fc
  .tuple(
    fc.constantFrom(
      '/mail/config-v1.1.xml?emailaddress=',
      '/.well-known/autoconfig/mail/config-v1.1.xml?',
      '/autodiscover/autodiscover.json?Protocol=AutodiscoverV1&Email=',
      '/autodiscover/autodiscover.json?Email=ann@btinternet.com&Protocol=',
      '/autodiscover/autodiscover.json/v1.0/',
      '/.well-known/user-agent-configuration.json?',
      `${POX}?`,
    ),
    urlNoise,
  )
  .map((parts) => parts.join(''))
const host = fc.oneof(
  fc.constantFrom('autoconfig.btinternet.com', 'btinternet.com', 'localhost', ''),
  fc
    .string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) })
    .map((text) => `h0stile${text}`),
)

describe('hostile questions', () => {
  it('are answered or refused with a code, and the Host is never shown', async () => {
    await fc.assert(
      fc.asyncProperty(target, host, async (where, name) => {
        const { status, headers, text } = await ask({ target: where, host: name })
        expect([200, 400, 404]).toContain(status)
        const type = String(headers['content-type'])
        if (type.includes('xml')) readXml(text)
        if (type.includes('json')) JSON.parse(text)
        if (!where.includes('h0stile')) expect(text).not.toContain('h0stile')
        expect(JSON.stringify(headers)).not.toContain('h0stile')
      }),
      { numRuns: runs(3000) },
    )
  }, 120_000)

  it('leave the template of their route in the log and nothing else', () => {
    const routes = logged()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { route: string }).route)
    expect(new Set(routes)).toEqual(
      new Set([
        '/mail/config-v1.1.xml',
        '/.well-known/autoconfig/mail/config-v1.1.xml',
        '/autodiscover/autodiscover.xml',
        '/autodiscover/autodiscover.json',
        '/autodiscover/autodiscover.json/v1.0/:address',
        '/.well-known/user-agent-configuration.json',
        'none',
      ]),
    )
    expect(logged()).not.toMatch(/h0stile|btinternet|ann@/)
  })
})
