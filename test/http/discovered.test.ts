import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Directory } from '../../src/discovery/catalogue-directory.js'
import type { DomainSettings } from '../../src/providers/domain-settings.js'
import { parseProvider } from '../../src/providers/provider.js'
import { attributes, get, readable, testApp } from '../support/app.js'
import { IPHONE } from '../support/chromium.js'
import { agree } from '../support/visit.js'

const FOUND: DomainSettings = {
  provider: parseProvider(
    `
id: autoconfig
name: customer.com
domains: [customer.com]
incoming:
  - { protocol: imap, host: imap.host.co.uk, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.host.net, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`,
    'autoconfig',
  ),
  trust: 'ispdb',
  voucher: 'nobody',
  source: 'https://ispdb.example.org/v1.1/customer.com',
  confirm: ['host.co.uk', 'host.net'],
}
const OWN: DomainSettings = {
  ...FOUND,
  trust: 'https-own-domain',
  voucher: 'domain',
  confirm: [],
}
// As a shipped provider is found, by the domain's mail exchanger.
const OF_CATALOGUE: DomainSettings = { ...FOUND, trust: 'mx', voucher: 'catalogue' }

const directory = (found: DomainSettings): Directory => ({ find: () => Promise.resolve(found) })
const ON_IPHONE = { 'User-Agent': IPHONE.userAgent }
const QUERY = 'address=ann%40customer.com&name=Ann&protocol=imap'
const PROFILE = '/formats/apple-profile'
const FORMATS = [
  'apple-profile',
  'k9-settings',
  'thunderbird-qr',
  'settings-sheet',
  'mozilla-autoconfig',
]

describe('settings that were found, not configured', () => {
  const app = testApp({ directory: directory(FOUND) })

  it('are shown with the hosts in full, and no way on but to agree', async () => {
    const { status, text, headers } = await request(app).get(`/setup?${QUERY}`)
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    const page = readable(text)
    expect(page).toContain('Is this your mail provider?')
    expect(page).toContain('setup.example.com did not choose these servers')
    for (const words of [
      'host.co.uk',
      'host.net',
      'imap.host.co.uk',
      'smtp.host.net',
      'ispdb.example.org',
    ]) {
      expect(page).toContain(words)
    }
    expect(text).not.toContain('/formats/')
    expect(attributes(text, 'method')).toEqual(['post'])
    const sent = ['address', 'name', 'protocol', 'asked']
    expect(attributes(text, 'name').filter((name) => sent.includes(name))).toEqual(sent)
    expect(attributes(text, 'value').slice(0, 3)).toEqual(['ann@customer.com', 'Ann', 'imap'])
  })

  it.each([
    ['nothing', QUERY],
    ['the domains', `${QUERY}&confirm=host.co.uk%2Chost.net`],
    ['a note of its own', `${QUERY}&confirmed=${'A'.repeat(48)}`],
    ['markup', `${QUERY}&confirmed=%3Cb%3E`],
  ])('give nothing for a link with %s', async (_name, query) => {
    for (const id of FORMATS) {
      const { status, text } = await request(app).get(`/formats/${id}?${query}`)
      expect([status, text.split(':')[0]]).toEqual([422, 'confirmation_required'])
      expect(text).toContain('Open the setup page')
    }
    const page = await request(app).get(`/setup?${query}`).set('Accept', 'text/html')
    expect(readable(page.text)).toContain('Is this your mail provider?')
  })

  it('give everything but a signature to whoever agreed, more than once', async () => {
    const { status, text, headers } = await agree(app, QUERY, ON_IPHONE)
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    const page = readable(text)
    expect(page).toContain('setup.example.com did not choose these servers')
    expect(page).toContain('Your password goes to imap.host.co.uk and smtp.host.net.')
    expect(page).not.toContain('From setup.example.com')
    expect(page).toContain('You will see “Not Signed” in red')
    const links = attributes(text, 'href').filter((href) => href.startsWith('/formats/'))
    expect(links.length).toBeGreaterThan(0)
    for (const link of [...links, ...links]) expect((await get(app, link)).status).toBe(200)
    const profile = await get(app, links.find((link) => link.startsWith(PROFILE)) ?? '')
    expect(profile.headers['content-type']).toBe('application/x-apple-aspen-config')
    const plist = profile.body.toString('utf8')
    expect(plist).toMatch(/^<\?xml/)
    expect(plist).not.toContain('PayloadOrganization')
  })

  it('lead others to the question: the QR code and the address of the page', async () => {
    const { text } = await agree(app, QUERY)
    const codes = [...attributes(text, 'src'), ...attributes(text, 'href')].filter((path) =>
      path.startsWith('/setup'),
    )
    expect(codes.length).toBeGreaterThan(0)
    for (const path of codes) expect(path).not.toContain('confirmed')
    expect(readable(text)).toContain(`https://setup.example.com/setup?${QUERY}`)
  })

  it.each([
    ['never', FOUND, false],
    ['vouched', FOUND, false],
    ['never', OWN, false],
    ['vouched', OWN, true],
    ['never', OF_CATALOGUE, true],
  ] as const)(
    'are signed, with sign: %s, after agreeing (%#)',
    async (signFound, found, signed) => {
      const signing = testApp({ directory: directory(found), signFound })
      expect((await request(signing).get(`${PROFILE}?${QUERY}`)).status).toBe(422)
      const { text } = await agree(signing, QUERY, ON_IPHONE)
      const link = attributes(text, 'href').find((href) => href.startsWith(PROFILE)) ?? ''
      const { body } = await get(signing, link)
      expect(body.toString('latin1').startsWith('<?xml')).toBe(!signed)
      expect(readable(text).includes('“Not Signed”')).toBe(!signed)
      // What a domain says itself is never the operator's.
      expect(body.includes('PayloadOrganization')).toBe(found.voucher === 'catalogue')
      expect(readable(text).includes('From setup.example.com.')).toBe(found.voucher === 'catalogue')
    },
  )

  it('are had without a signature where there is none to be had', async () => {
    const unsigned = testApp({ directory: directory(FOUND), signingIdentity: undefined })
    const { text } = await agree(unsigned, QUERY, ON_IPHONE)
    const link = attributes(text, 'href').find((href) => href.startsWith(PROFILE)) ?? ''
    expect((await get(unsigned, link)).body.toString('utf8')).toMatch(/^<\?xml/)
  })

  it('are asked about when the domain publishes them for servers of its own, too', async () => {
    const own = testApp({ directory: directory(OWN) })
    expect((await request(own).get(`${PROFILE}?${QUERY}`)).status).toBe(422)
    const page = await request(own).get(`/setup?${QUERY}`).set('Accept', 'text/html')
    expect(readable(page.text)).toContain('Is this your mail provider?')
    expect(readable(page.text)).toContain('imap.host.co.uk')
  })

  it('show the form again for what can be put right there', async () => {
    const { status, text } = await request(app)
      .post('/setup')
      .set('Accept', 'text/html')
      .type('form')
      .send('address=ann%40&name=Ann+Example')
    expect(status).toBe(400)
    expect(attributes(text, 'value')).toContain('Ann Example')
  })

  it('take no form that is too large', async () => {
    const { status } = await request(app)
      .post('/setup')
      .type('form')
      .send(`address=a%40b.com&name=${'a'.repeat(5000)}`)
    expect(status).toBe(413)
  })
})

describe('settings that are configured', () => {
  it('are shown to whoever sends the form of a page from before', async () => {
    const { status, text } = await request(testApp())
      .post('/setup')
      .type('form')
      .send('address=ann%40btinternet.com')
    expect(status).toBe(200)
    expect(readable(text)).toContain('From setup.example.com.')
    expect(text).not.toContain('confirmed=')
  })
})
