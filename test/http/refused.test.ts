import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider, parseProviderFile } from '../../src/providers/provider.js'
import { apiApp, helpdesk, INVITATIONS } from '../support/api.js'
import { catalogue, readable, testApp } from '../support/app.js'
import { invitedApp } from '../support/invited-app.js'

const ADDRESS = 'ann@proton.me'
const REASON = 'Install Proton’s own app'
const PAGE = 'https://proton.me/mail/download'
const server = (protocol: string) =>
  `{ protocol: ${protocol}, host: mail.closed.example, port: 993, security: tls, authentication: oauth2, username: '%EMAILADDRESS%' }`
const signingIn = parseProvider(
  `{ id: signing-in, name: Closed, domains: [closed.example], incoming: [${server('imap')}],
     outgoing: [${server('smtp')}], oauth: { text: Sign in there., url: '${PAGE}' } }`,
  'signing-in.yaml',
)
const app = testApp({
  pacc: '03',
  catalogue: new Catalogue([
    ...catalogue.entries,
    ...catalogue.refused,
    { provider: signingIn, file: 'signing-in.yaml' },
  ]),
})

describe('an address whose provider cannot be set up', () => {
  it.each([
    ['/setup?address=', 422],
    ['/setup/qr.svg?address=', 422],
    ['/formats/apple-profile?address=', 422],
    ['/formats/k9-settings?address=', 422],
    ['/formats/dns-records?address=', 422],
    ['/email.mobileconfig?email=', 422],
  ])('gets the provider’s reason at %s', async (path, expected) => {
    const { status, text, headers } = await request(app).get(`${path}${ADDRESS}`)
    expect([status, headers['cache-control']]).toEqual([expected, 'no-store'])
    expect(text).toMatch(/^unsupported_account: Proton Mail has no servers/)
    expect(text).not.toContain(ADDRESS)
  })

  // Programs that ask have nothing to show a sentence to: for them the domain is unknown.
  it.each([
    [`/mail/config-v1.1.xml?emailaddress=${ADDRESS}`, ''],
    ['/.well-known/autoconfig/mail/config-v1.1.xml', 'autoconfig.proton.me'],
    ['/autodiscover/autodiscover.xml', 'autodiscover.proton.me'],
    [`/autodiscover/autodiscover.json/v1.0/${ADDRESS}?Protocol=AutodiscoverV1`, ''],
    ['/.well-known/user-agent-configuration.json', 'proton.me'],
  ])('is as unknown as any other at %s %s', async (path, host) => {
    const ask = (from: string) => {
      const asked = request(app).get(path.replace('proton.me', from))
      return host === '' ? asked : asked.set('Host', host.replace('proton.me', from))
    }
    const [refused, unknown] = [await ask('proton.me'), await ask('nobody.example')]
    expect([refused.status, unknown.status]).toEqual([404, 404])
    const told = (answer: request.Response) =>
      answer.text
        .replaceAll(/proton\.me|nobody\.example/g, '')
        .replace(/ Time="[^"]*"| Id="[^"]*"/g, '')
    expect(told(refused)).toBe(told(unknown))
  })

  it('is asked for in vain by Autodiscover’s own request', async () => {
    const { status, text } = await request(app)
      .post('/autodiscover/autodiscover.xml')
      .set('Content-Type', 'text/xml')
      .send(
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">' +
          `<Request><EMailAddress>${ADDRESS}</EMailAddress><AcceptableResponseSchema>` +
          'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a' +
          '</AcceptableResponseSchema></Request></Autodiscover>',
      )
    expect([status, text.includes('ErrorCode')]).toEqual([404, true])
  })

  it('is told to programs that have a key, and gets no invitation', async () => {
    const { app: api } = apiApp()
    const key = { Authorization: `Bearer ${helpdesk.key}` }
    const answers = [
      await request(api).post(INVITATIONS).set(key).send({ address: ADDRESS }),
      await request(api).get(`/api/v1/accounts/${ADDRESS}`).set(key),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(422)
      const { error } = body as { error: { code: string; message: string } }
      expect(error.code).toBe('unsupported_account')
      expect(error.message).toContain(REASON)
    }
  })

  it('is told to somebody who was invited before', async () => {
    let current = catalogue
    const { app: invited, invite } = invitedApp({ catalogue: () => current })
    const { token } = await invite()
    const closed = parseProviderFile(
      'id: closed\nname: Closed\ndomains: [btinternet.com]\nrefuse: { reason: BT has closed. }\n',
      'closed.yaml',
    )
    if (closed.refuse === undefined) throw new Error('It has settings.')
    current = new Catalogue([...catalogue.entries, { provider: closed, file: 'closed.yaml' }])
    const { status, text } = await request(invited).get(`/i/${token}/formats/apple-profile`)
    expect([status, text]).toEqual([422, 'unsupported_account: BT has closed.\n'])
  })
})

describe('the page of an address that needs another way', () => {
  const page = (address: string) =>
    request(app).get(`/setup?address=${address}`).set('Accept', 'text/html')

  it.each([
    ['nobody is let in', ADDRESS, REASON, PAGE],
    ['people sign in and nobody knows how', 'ann@closed.example', 'Sign in there.', PAGE],
    ['the provider has closed', 'ann@skiff.com', 'Use another mail address.', undefined],
  ])('helps and does not blame where %s', async (_name, address, words, url) => {
    const { status, text, headers } = await page(address)
    expect([status, headers['content-type']]).toEqual([422, 'text/html; charset=utf-8'])
    expect(readable(text)).toContain(words)
    expect(text).toContain('<h1>This account needs another way</h1>')
    expect(text).not.toMatch(/class="[^"]*\b(?:bad|warn)\b/)
    const buttons = [...text.matchAll(/<a class="button" href="([^"]*)"/g)].map(([, href]) => href)
    expect(buttons.map((href) => href?.startsWith(url ?? ''))).toEqual(
      url === undefined ? [] : [true],
    )
    expect(text).toContain('Back to the form')
    expect(readable(text)).not.toContain(address)
  })

  it('stays red where somebody made a mistake', async () => {
    const { text } = await request(app)
      .get('/formats/nothing?address=a@b.c')
      .set('Accept', 'text/html')
    expect(text).toContain('class="note bad"')
  })
})

describe('the form', () => {
  it('names no provider that cannot be set up', async () => {
    const found = async (name: string) =>
      readable((await request(app).get(`/?provider=${name}`)).text)
    expect(await found('posteo')).toMatch(/Known: Posteo Search/)
    for (const name of ['proton', 'tuta', 'hey.com']) {
      expect(await found(name)).toContain('No provider of this name is known here.')
    }
  })
})
