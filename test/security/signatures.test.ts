import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { formats } from '../../src/formats/index.js'
import { attributes, readable } from '../support/app.js'
import { IPHONE, PIXEL } from '../support/chromium.js'
import { runCli } from '../support/cli.js'
import { startDiscoveringServer, type DiscoveringServer } from '../support/discovering-server.js'
import {
  clientConfig,
  documentAt,
  PUBLIC_ADDRESS,
  startOutside,
  type OutsideOptions,
} from '../support/outside.js'
import { promise } from '../support/promise.js'
import { agree, formOf } from '../support/visit.js'

const PATH = '/mail/config-v1.1.xml'
const QUERY = 'address=ann%40evil.com&name=Ann'
const PROFILE = '/formats/apple-profile'
const XML = /^\s*<\?xml/

// All that a stranger can write into a document, each with a word of its own.
const NAME = 'Apple Inc. – Security Update (required)'
const STRANGERS = /Apple Inc|Security Update|has expired|phish|hijack|Operator Support/i
const HOSTILE = clientConfig({
  domain: 'evil.com',
  imap: 'imap.evil.com',
  smtp: 'smtp.evil.com',
  more:
    '<enable visiturl="https://phish.example/enable"><instruction>Your password has expired. Sign in at https://phish.example/</instruction></enable>' +
    '<documentation url="https://phish.example/help"><descr lang="en">Operator Support</descr></documentation>' +
    '<incomingServer type="pop3"><hostname>pop.evil.com</hostname><port>995</port><socketType>SSL</socketType>' +
    '<authentication>password-cleartext</authentication><username>%EMAILADDRESS% hijack</username></incomingServer>',
}).replace(/<displayName>[^<]*/, `<displayName>${NAME}`)
const WANTS_OAUTH = HOSTILE.replaceAll('password-cleartext', 'OAuth2')

const hostile = (document = HOSTILE): OutsideOptions => ({
  sites: { 'autoconfig.evil.com': documentAt(PATH, document) },
})

async function serverFor(document?: string, sign?: string): Promise<DiscoveringServer> {
  const discovery = `discovery: { enabled: true, ispdb: false${sign === undefined ? '' : `, sign: ${sign}`} }`
  return startDiscoveringServer(await startOutside(hostile(document)), { more: discovery })
}

async function bytesOf(server: DiscoveringServer, path: string, headers = {}) {
  const response = await fetch(`${server.url}${path}`, { headers })
  return {
    status: response.status,
    text: Buffer.from(await response.arrayBuffer()).toString('latin1'),
  }
}

const linkTo = (html: string, start: string) =>
  attributes(html, 'href').find((href) => href.startsWith(start)) ?? ''
// A page is for the device that asks, and the profile for those that take one.
const ON_IPHONE = { 'User-Agent': IPHONE.userAgent }
const linkAfterAgreeing = async (server: DiscoveringServer, headers = {}) =>
  linkTo((await agree(server.url, QUERY, { ...ON_IPHONE, ...headers })).text, PROFILE)

promise(
  'Only settings that the operator or the catalogue configured are signed. What was found is given without a signature, unless `discovery.sign` is `vouched` and the domain itself publishes it, over https, for servers of its own.',
  () => {
    it.each([
      ['by default', undefined, HOSTILE, false],
      ['where the domain may vouch', 'vouched', HOSTILE, true],
      [
        'where it names servers of somebody else',
        'vouched',
        HOSTILE.replace('smtp.evil.com', 'smtp.bank.com'),
        false,
      ],
    ])('%s', async (_name, sign, document, isSigned) => {
      const server = await serverFor(document, sign)
      for (const path of [
        PROFILE,
        '/email.mobileconfig?email=ann%40evil.com',
        '/mobileconfig?emailaddress=ann%40evil.com',
      ]) {
        const asked = path.includes('?') ? path : `${path}?${QUERY}`
        expect((await bytesOf(server, asked)).status).toBe(422)
      }
      const { status, text } = await bytesOf(server, await linkAfterAgreeing(server))
      expect([status, XML.test(text)]).toEqual([200, !isSigned])
      expect(text).not.toContain('Operator Mail')
      expect(text).not.toContain('PayloadOrganization')
      expect(text).not.toMatch(STRANGERS)
      expect(/<key>PayloadDisplayName<\/key>\s*<string>evil\.com<\/string>/.test(text)).toBe(true)
    })

    it('with what is configured beside it', async () => {
      const server = await serverFor()
      const { text } = await bytesOf(server, `${PROFILE}?address=ann%40btinternet.com`)
      expect(XML.test(text)).toBe(false)
      expect(text).toContain('<string>Operator Mail</string>')
    })

    it('by the command line as well', async () => {
      const network = await startOutside(hostile())
      const cwd = (await serverFor()).folder
      const argv = ['export', 'apple-profile', 'ann@evil.com', '--discover', '-o', '-']
      const { stdout, stderr } = await runCli(argv, { network, cwd, env: { HOME: cwd } })
      expect(stdout.toString()).toMatch(XML)
      expect(stdout.toString()).not.toContain('Operator Mail')
      expect(stderr).toContain('not signed')
    })
  },
)

promise(
  'Of what strangers publish, people see the names of servers and nothing else: no name, note, link or user name of theirs, and never the operator as who offers it.',
  () => {
    it('on every page, in every format, for every device', async () => {
      const server = await serverFor()
      for (const userAgent of [IPHONE.userAgent, PIXEL.userAgent, 'curl/8']) {
        const headers = { 'User-Agent': userAgent, Accept: 'text/html' }
        const question = await bytesOf(server, `/setup?${QUERY}`, headers)
        const { text: page } = await agree(server.url, QUERY, headers)
        for (const text of [question.text, page]) {
          expect(text).not.toMatch(STRANGERS)
          expect(readable(text)).not.toMatch(/(?:Offered by|From) Operator Mail/)
          expect(readable(text)).toContain('Operator Mail did not choose')
          expect(readable(text)).toContain('imap.evil.com')
          const links = attributes(text, 'href').filter((href) => /^[a-z]+:/.test(href))
          for (const link of links) expect(link).not.toContain('phish')
        }
        const confirmed = linkTo(page, PROFILE).split('?')[1] ?? ''
        for (const { id } of formats) {
          const { text } = await bytesOf(server, `/formats/${id}?${confirmed}`)
          expect([id, STRANGERS.exec(text)?.[0]]).toEqual([id, undefined])
        }
      }
    })

    it('in the answer of the HTTP interface and on the command line', async () => {
      const server = await serverFor()
      const headers = { Authorization: `Bearer ${server.apiKey}` }
      const { status, text } = await bytesOf(server, '/api/v1/accounts/ann@evil.com', headers)
      expect(status).toBe(200)
      const { source, notes, account } = JSON.parse(text) as Record<string, object>
      expect({ source, notes }).toMatchObject({ source: { trust: 'https-own-domain' }, notes: [] })
      expect(account).toMatchObject({ accountName: 'evil.com' })
      const network = await startOutside(hostile())
      const at = { network, cwd: server.folder, env: { HOME: server.folder } }
      const argv = ['lookup', 'ann@evil.com', '--discover']
      const outputs = await Promise.all([runCli(argv, at), runCli([...argv, '--json'], at)])
      for (const shown of [text, ...outputs.map(({ stdout }) => stdout.toString())]) {
        expect(shown).toContain('imap.evil.com')
        expect(shown).not.toMatch(STRANGERS)
      }
    })

    it('in a refusal', async () => {
      const oauth = await serverFor(WANTS_OAUTH)
      for (const headers of [{}, { Accept: 'text/html' }]) {
        const { status, text } = await bytesOf(oauth, `/setup?${QUERY}`, headers)
        expect(status).toBe(422)
        expect(text).not.toMatch(STRANGERS)
      }
      const server = await serverFor()
      const { text } = await bytesOf(server, `/setup?${QUERY}&protocol=pop3`)
      expect(text).toContain('evil.com does not offer POP3')
      expect(text).not.toMatch(STRANGERS)
    })

    it.each([
      ['text before', 'Ann %EMAILADDRESS%'],
      ['text behind', '%EMAILADDRESS%hijack'],
      ['text between', '%EMAILLOCALPART%hijack%EMAILDOMAIN%'],
      ['text alone', 'hijack'],
      ['another joint', '%EMAILLOCALPART%/%EMAILDOMAIN%'],
      ['a joint alone', '@'],
      ['an override', '%EMAILADDRESS%\u202E'],
    ])('with a user name that has %s', async (_name, username) => {
      const server = await serverFor(
        HOSTILE.replaceAll(/<username>[^<]*/g, `<username>${username}`),
      )
      expect((await bytesOf(server, `/setup?${QUERY}`)).status).toBe(404)
    })

    it.each([
      ['%EMAILLOCALPART%', 'ann'],
      ['%EMAILLOCALPART%+%EMAILDOMAIN%', 'ann+evil.com'],
    ])('with the user name %s, which is %s', async (template, username) => {
      const server = await serverFor(
        HOSTILE.replaceAll(/<username>[^<]*/g, `<username>${template}`),
      )
      const { text } = await bytesOf(server, await linkAfterAgreeing(server))
      expect(text).toContain(`<string>${username}</string>`)
    })
  },
)

promise(
  'A page asks before found settings are used, and names every server that could get the password. No link that somebody sends has agreed for somebody else.',
  () => {
    it('names the servers of all protocols, and of calendars', async () => {
      const more =
        '<calendar type="caldav"><url>https://dav.else.org/</url></calendar>' +
        '<incomingServer type="pop3"><hostname>pop.other.net</hostname><port>995</port><socketType>SSL</socketType>' +
        '<authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></incomingServer>'
      const document = clientConfig({ domain: 'evil.com', imap: 'imap.evil.com', more })
      const server = await serverFor(document)
      const question = readable((await bytesOf(server, `/setup?${QUERY}`)).text)
      for (const host of ['imap.evil.com', 'smtp.customer.com', 'pop.other.net', 'dav.else.org']) {
        expect(question).toContain(host)
      }
    })

    it('for a link as its sender would write it', async () => {
      const server = await serverFor()
      const asked = new URLSearchParams(formOf((await bytesOf(server, `/setup?${QUERY}`)).text))
      for (const more of [
        'confirm=evil.com',
        `asked=${asked.get('asked') ?? ''}`,
        `confirmed=${asked.get('asked') ?? ''}`,
        'confirmed=1',
        `confirmed=${'A'.repeat(48)}`,
        'confirmed=',
      ]) {
        expect((await bytesOf(server, `${PROFILE}?${QUERY}&${more}`)).status).toBe(422)
        const page = await bytesOf(server, `/setup?${QUERY}&${more}`, { Accept: 'text/html' })
        expect(readable(page.text)).toContain('Is this your mail provider?')
        expect(page.text).not.toContain('/formats/')
      }
    })

    it('for a link of somebody who agreed, who is in another network', async () => {
      const server = await serverFor()
      const from = (address: string) => ({ 'X-Forwarded-For': address })
      const link = await linkAfterAgreeing(server, from('198.51.100.7'))
      // Chrome on iOS fetches twice, and with a browser of its own.
      for (let turn = 0; turn < 3; turn++) {
        const again = await bytesOf(server, link, {
          ...from('198.51.100.7'),
          'User-Agent': `b${turn}`,
        })
        expect(again.status).toBe(200)
      }
      for (const address of ['198.51.100.8', '203.0.113.1', '2001:db8::1']) {
        const { status, text } = await bytesOf(server, link, from(address))
        expect([status, text.split(':')[0]]).toEqual([422, 'confirmation_required'])
        expect(text).toContain(`${server.url}/setup?address=ann%40evil.com`)
      }
      const v6 = await linkAfterAgreeing(server, from('2001:db8:0:1::1'))
      expect((await bytesOf(server, v6, from('2001:db8:0:1:ffff::9'))).status).toBe(200)
      expect((await bytesOf(server, v6, from('2001:db8:0:2::1'))).status).toBe(422)
    })

    it('for a link that was changed, of another address, or old', async () => {
      const server = await serverFor()
      const link = await linkAfterAgreeing(server)
      const [, note = ''] = /confirmed=([\w-]+)/.exec(link) ?? []
      expect(note).toHaveLength(48)
      const changed = Array.from(note, (character, i) => {
        const other = character === 'A' ? 'B' : 'A'
        return `${note.slice(0, i)}${other}${note.slice(i + 1)}`
      })
      for (const one of [
        ...changed,
        `${note}A`,
        note.slice(0, -1),
        `${note}=`,
        note.toLowerCase(),
      ]) {
        expect((await bytesOf(server, link.replace(note, one))).status).toBe(422)
      }
      expect((await bytesOf(server, link.replace('ann%40', 'bob%40'))).status).toBe(422)
      // Letter case is no other address, and the name was not what was agreed to.
      expect((await bytesOf(server, link.replace('ann%40', 'ANN%40'))).status).toBe(200)
      expect((await bytesOf(server, link.replace('name=Ann', 'name=Bob'))).status).toBe(200)
      server.advance(29 * 60_000)
      expect((await bytesOf(server, link)).status).toBe(200)
      server.advance(2 * 60_000)
      expect((await bytesOf(server, link)).status).toBe(422)
    })

    it('for settings that have changed since', async () => {
      let document = HOSTILE
      const network = await startOutside({
        sites: {
          'autoconfig.evil.com': (asked, response) => documentAt(PATH, document)(asked, response),
        },
      })
      const server = await startDiscoveringServer(network)
      const copy = () =>
        startDiscoveringServer(network, { folder: server.folder, apiKey: server.apiKey })
      const link = await linkAfterAgreeing(server)
      // Another copy of the server has the same key, and asks for itself.
      expect((await bytesOf(await copy(), link)).status).toBe(200)
      document = HOSTILE.replace('smtp.evil.com', 'smtp.worse.com')
      expect((await bytesOf(await copy(), link)).status).toBe(422)
    })

    it('for a form that has not been seen, or long ago', async () => {
      const server = await serverFor()
      const post = (body: string, headers = {}) =>
        request(server.url).post('/setup').set(headers).type('form').send(body)
      const form = formOf((await bytesOf(server, `/setup?${QUERY}`)).text)
      const agreed = /confirmed=([\w-]+)/.exec(await linkAfterAgreeing(server))?.[1] ?? ''
      for (const body of [
        QUERY,
        `${QUERY}&asked=${agreed}`,
        `${QUERY}&confirm=evil.com`,
        form.replace('ann%40', 'bob%40'),
      ]) {
        const { text } = await post(body)
        expect(readable(text)).toContain('Is this your mail provider?')
        expect(text).not.toContain('/formats/')
      }
      const elsewhere = await post(form, { 'X-Forwarded-For': '203.0.113.1' })
      expect(elsewhere.text).not.toContain('/formats/')
      expect((await post(form)).text).toContain('/formats/')
      server.advance(31 * 60_000)
      expect((await post(form)).text).not.toContain('/formats/')
    })
  },
)

promise('No other website can press that button in somebody’s browser.', () => {
  it.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.com' }, 403],
    [{ Origin: 'https://evil.com' }, 403],
    [{ Origin: 'https://127.0.0.1.evil.com' }, 403],
    // Before Safari 16.4 nothing more is known; the note in the form is.
    [{ Origin: 'null' }, 200],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }, 200],
    [{}, 200],
  ])('%o: %i', async (headers, expected) => {
    const server = await serverFor()
    const form = formOf((await bytesOf(server, `/setup?${QUERY}`)).text)
    const answer = await request(server.url).post('/setup').set(headers).type('form').send(form)
    expect(answer.status).toBe(expected)
    expect(answer.text.includes('/formats/')).toBe(expected === 200)
  })

  it('nor with a note that it fetched itself', async () => {
    const server = await serverFor()
    const attacker = { 'X-Forwarded-For': '203.0.113.66' }
    const form = formOf((await bytesOf(server, `/setup?${QUERY}`, attacker)).text)
    const victim = { 'X-Forwarded-For': '198.51.100.7', Origin: 'null' }
    const { text } = await request(server.url).post('/setup').set(victim).type('form').send(form)
    expect(readable(text)).toContain('Is this your mail provider?')
    expect(text).not.toContain('/formats/')
  })
})

promise(
  'Whoever points a mail exchanger at the operator’s gets nothing signed for servers of their own: a host with the domain in its name counts only where the operator named the domain, or where it leads to the provider’s `addresses`.',
  () => {
    const provider = (more = '') => `id: hoster
name: Hoster
mx: [mx1.hoster.net]
${more}
incoming:
  - { protocol: imap, host: 'mail.%EMAILDOMAIN%', port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.hoster.net, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`
    const outside = (...addresses: string[]): OutsideOptions => ({
      mx: { 'evil.com': [{ priority: 10, exchange: 'mx1.hoster.net' }] },
      addresses: { 'mail.evil.com': [addresses] },
    })
    const start = async (yaml: string, options: OutsideOptions, more = '') =>
      startDiscoveringServer(await startOutside(options), {
        providers: { 'hoster.yaml': yaml },
        more,
      })

    it.each([
      ['without addresses', '', PUBLIC_ADDRESS],
      ['with other addresses', 'addresses: [192.0.2.0/24]', PUBLIC_ADDRESS],
    ])('%s', async (_name, more, address) => {
      const server = await start(provider(more), outside(address))
      expect((await bytesOf(server, `${PROFILE}?${QUERY}`)).status).toBe(422)
      const question = readable((await bytesOf(server, `/setup?${QUERY}`)).text)
      expect(question).toContain('mail.evil.com')
      expect(question).toContain('Operator Mail did not choose these servers')
      const { text } = await bytesOf(server, await linkAfterAgreeing(server))
      expect(text).toMatch(XML)
      expect(text).not.toContain('Operator Mail')
    })

    it.each([
      ['that leads to the provider', `addresses: ['${PUBLIC_ADDRESS}/32']`, ''],
      ['that the provider names', 'domains: [evil.com]', ''],
      ['that is served by name', '', 'serve: { domains: [evil.com] }'],
    ])('but a domain %s is as good as any', async (_name, more, config) => {
      const server = await start(provider(more), outside(PUBLIC_ADDRESS), config)
      const { status, text } = await bytesOf(server, `${PROFILE}?${QUERY}`)
      expect([status, XML.test(text)]).toEqual([200, false])
      expect(text).toContain('Operator Mail')
    })

    it('but fixed hosts are as good as any', async () => {
      const server = await start(
        provider().replace('mail.%EMAILDOMAIN%', 'imap.hoster.net'),
        outside(PUBLIC_ADDRESS),
      )
      const { status, text } = await bytesOf(server, `${PROFILE}?${QUERY}`)
      expect([status, XML.test(text)]).toEqual([200, false])
    })

    it('and nothing else asks exchangers: no invitation, no autoconfig', async () => {
      const server = await start(provider(), outside(PUBLIC_ADDRESS))
      const made = await fetch(`${server.url}/api/v1/invitations`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${server.apiKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ address: 'ann@evil.com' }),
      })
      expect(made.status).toBe(404)
      for (const path of [
        '/mail/config-v1.1.xml?emailaddress=ann%40evil.com',
        '/autodiscover/autodiscover.json/v1.0/ann@evil.com?Protocol=AutodiscoverV1',
      ]) {
        expect((await bytesOf(server, path)).status).toBe(404)
      }
    })
  },
)

describe('the shape of a note', () => {
  it('says nothing of whom it is for, and is in no log', async () => {
    const server = await serverFor()
    const link = await linkAfterAgreeing(server)
    await bytesOf(server, link)
    const note = /confirmed=([\w-]+)/.exec(link)?.[1] ?? ''
    expect(Buffer.from(note, 'base64url').toString('latin1')).not.toMatch(/ann|evil/)
    expect(server.log()).not.toContain(note)
    expect(server.log()).not.toContain('evil')
  })
})
