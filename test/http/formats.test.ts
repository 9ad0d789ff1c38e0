import request from 'supertest'
import { parse } from 'plist'
import { describe, expect, it } from 'vitest'
import { readSignedData } from '../../src/signing/read-cms.js'
import { formats } from '../../src/formats/index.js'
import { parseAndroidIntent } from '../../src/formats/android-intent/reader.js'
import { parseDcLogin } from '../../src/formats/deltachat-link/reader.js'
import { parseIntentUri } from '../../src/formats/intent-uri.js'
import { parseThunderbirdQr } from '../../src/formats/thunderbird-qr/reader.js'
import { qrCode } from '../../src/qr/qr-code.js'
import { qrSvg } from '../../src/qr/svg.js'
import { PUBLIC_URL, developmentIdentity, get, testApp } from '../support/app.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { readQrCode } from '../support/zbar.js'

const PROFILES = [
  '/formats/apple-profile?address=ann@btinternet.com',
  '/email.mobileconfig?email=ann@btinternet.com',
  '/mobileconfig?emailaddress=ann@btinternet.com',
  '/email/mobileconfig?email=ann@btinternet.com',
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

describe.each(['/email.mobileconfig', '/email/mobileconfig', '/mobileconfig'])(
  'GET %s, of an older server',
  (path) => {
    const asked = (query: string, host: string) =>
      request(testApp()).get(`${path}${query}`).set('Host', host)

    it.each(['?email=ann', '?emailaddress=ann', '?email=%20ann%20'])(
      'takes a name alone, which is of the domain that is asked at: %s',
      async (query) => {
        for (const host of ['autodiscover.btinternet.com', 'btinternet.com:443']) {
          const { status, headers } = await asked(query, host)
          expect([status, headers['content-disposition']]).toEqual([
            200,
            'attachment; filename="ann-btinternet.com.mobileconfig"',
          ])
        }
      },
    )

    it.each(['?email=ann', '?email=', '', '?email=ann@', '?email=@'])(
      'refuses %s where no domain follows from it',
      async (query) => {
        const host = query === '?email=ann' ? 'setup.example.com' : 'autodiscover.btinternet.com'
        const { status, text } = await asked(query, host)
        expect(status).toBe(400)
        expect(text).toMatch(/^invalid_address: /)
      },
    )

    it('refuses two addresses', async () => {
      const query = '?email=ann@btinternet.com&email=bob@btinternet.com'
      expect((await asked(query, 'btinternet.com')).status).toBe(400)
    })
  },
)

describe('POST /mobileconfig, the form of automx', () => {
  // As its page sends it.
  const form = (fields: Record<string, string>, app = testApp()) =>
    request(app)
      .post('/mobileconfig')
      .set('Host', 'autoconfig.btinternet.com')
      .type('form')
      .send({ _mobileconfig: 'true', password: 'a-password-of-ann', ...fields })

  it.each([
    [{ emailaddress: 'ann@btinternet.com', cn: '' }, 'address=ann%40btinternet.com'],
    [
      { emailaddress: 'ann@btinternet.com', cn: 'Ann & Co' },
      'address=ann%40btinternet.com&name=Ann%20%26%20Co',
    ],
    [{ emailaddress: ' ann ', cn: '' }, 'address=ann%40btinternet.com'],
  ])('leads to the setup page, without the password: %j', async (fields, query) => {
    const { status, headers, text } = await form(fields)
    expect([status, headers['location']]).toEqual([303, `${PUBLIC_URL}/setup?${query}`])
    expect(headers['cache-control']).toBe('no-store')
    expect(text).toBe('')
  })

  it.each([{}, { emailaddress: '' }, { emailaddress: 'ann@' }, { emailaddress: '@b.example' }])(
    'refuses %j',
    async (fields) => {
      const { status, text } = await form(fields)
      expect(status).toBe(400)
      expect(text).toMatch(/^invalid_address: /)
      expect(text).not.toContain('a-password-of-ann')
    },
  )

  it('refuses what is no form, or too long', async () => {
    const other = await request(testApp()).post('/mobileconfig').type('json').send({ a: 1 })
    expect(other.status).toBe(400)
    const long = { emailaddress: 'ann@btinternet.com', cn: 'x'.repeat(9000) }
    expect((await form(long)).status).toBe(413)
  })
})

it('gives one profile under all paths', async () => {
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
      // One has calendars and contacts too, into the others people sign in.
      const domain =
        { 'apple-exchange': 'outlook.com', 'apple-google': 'gmail.com' }[id] ?? 'fastmail.com'
      const { status, headers } = await get(testApp(), `/formats/${id}?address=ann@${domain}`)
      expect([status, headers['location']]).toEqual([200, undefined])
      if (format.kind === 'file') {
        expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"$/)
      } else {
        expect(headers['content-type']).toBe('text/plain; charset=utf-8')
      }
    })
  },
)

describe('formats for Android', () => {
  const of = (id: string, more = '') => `/formats/${id}?address=ann@btinternet.com${more}`

  it.each([
    ['k9-settings', 'ann-btinternet.com.k9s'],
    ['fairemail-profile', 'ann-btinternet.com-fairemail.mobileconfig'],
  ])('%s is a file that no browser renames, and that nobody signs', async (id, name) => {
    const { headers, body } = await get(testApp(), of(id))
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    })
    expect(body.toString()).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/)
  })

  it('gives the code of Thunderbird as its text', async () => {
    const { body } = await get(testApp(), of('thunderbird-qr', '&protocol=pop3'))
    expect(parseThunderbirdQr(body.toString()).accounts[0]).toMatchObject({
      incoming: { protocol: 'pop3', host: 'mail.btinternet.com', port: 995, security: 'tls' },
      outgoing: { host: 'mail.btinternet.com', port: 465 },
    })
  })

  it.skipIf(isMissing('zbarimg'))('and as a picture', async () => {
    const text = (await get(testApp(), of('thunderbird-qr'))).body.toString()
    const png = await get(testApp(), of('thunderbird-qr', '&as=png'))
    expect([png.status, png.headers['content-type']]).toEqual([200, 'image/png'])
    expect(readQrCode(png.body)).toBe(text)
    const svg = await get(testApp(), of('thunderbird-qr', '&as=svg'))
    expect(svg.headers['content-type']).toContain('image/svg+xml')
    expect(svg.body.toString()).toBe(qrSvg(qrCode(text, { level: 'L' })))
  })

  it.each([
    ['as something else', of('thunderbird-qr', '&as=gif'), 400],
    ['of a file', of('k9-settings', '&as=svg'), 400],
    ['of a link', of('deltachat-link', '&as=png'), 400],
    ['twice', of('thunderbird-qr', '&as=png&as=svg'), 400],
  ])('has no picture %s', async (_, path, status) => {
    const answer = await get(testApp(), path)
    expect([answer.status, answer.body.toString()]).toEqual([
      status,
      expect.stringMatching(/^invalid_request: /),
    ])
  })

  it('gives the link of Delta Chat complete but for the password', async () => {
    const { body } = await get(testApp(), of('deltachat-link'))
    expect(parseDcLogin(`${body.toString()}&p=x`)).toMatchObject({
      address: 'ann@btinternet.com',
      imap: { server: 'mail.btinternet.com', port: 993, password: 'x' },
    })
  })

  it.each([
    ['of Delta Chat for POP3', of('deltachat-link', '&protocol=pop3'), /POP3/],
    ['of DAVx5 without calendars', of('davx5-link'), /neither calendars nor contacts/],
  ])('says why there is no link %s', async (_, path, reason) => {
    const { status, body } = await get(testApp(), path)
    expect([status, body.toString()]).toEqual([422, expect.stringMatching(reason)])
  })

  it("leads back to this setup page, and to the operator's app", async () => {
    const androidIntent = { action: 'com.example.SETUP', scheme: 'examplemail', package: 'a.b' }
    const { body } = await get(
      testApp({ androidIntent, baseUrl: `${PUBLIC_URL}/mail` }),
      of('android-intent', '&name=Ann%20%26%20Ed'),
    )
    expect(parseAndroidIntent(body.toString()).fallbackUrl).toBe(
      `${PUBLIC_URL}/mail/setup?address=ann%40btinternet.com&name=Ann%20%26%20Ed`,
    )
    expect(parseIntentUri(body.toString())).toMatchObject({
      action: 'com.example.SETUP',
      data: 'examplemail://account',
      package: 'a.b',
    })
  })
})
