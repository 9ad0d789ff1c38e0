import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { discover } from '../../src/discovery/discover.js'
import type { PlacesOptions } from '../../src/discovery/places.js'
import { english } from '../../src/messages/english.js'
import { providerAccount } from '../../src/providers/provider-account.js'
import { catalogue } from '../support/app.js'
import {
  clientConfig,
  documentAt,
  startOutside,
  type Outside,
  type OutsideOptions,
} from '../support/outside.js'

const ISPDB = 'https://ispdb.example.org/v1.1'
const PATH = '/mail/config-v1.1.xml'
const WELL_KNOWN = '/.well-known/autoconfig/mail/config-v1.1.xml'

const at = (name: string, path = PATH) => ({
  [name]: documentAt(path, clientConfig({ imap: `imap.${name}`, smtp: `smtp.${name}` })),
})
const database = (domain: string, mark = domain) => ({
  'ispdb.example.org': documentAt(`/v1.1/${domain}`, clientConfig({ imap: `imap.ispdb.${mark}` })),
})
const mx = {
  'customer.com': [
    { priority: 20, exchange: 'backup.else.net' },
    { priority: 10, exchange: 'MX1.eu.host.net.' },
  ],
}
const srv = (host: string) => ({
  '_imaps._tcp.customer.com': [{ name: host, port: 993, priority: 0, weight: 1 }],
  '_submissions._tcp.customer.com': [{ name: host, port: 465, priority: 0, weight: 1 }],
})

function search(outside: Outside, changes: Partial<PlacesOptions> = {}) {
  const providerOfMx = (host: string) => catalogue.forMx(host)
  return discover('customer.com', {
    network: outside,
    ispdb: ISPDB,
    http: false,
    providerOfMx,
    ...changes,
  })
}

// Every place has settings.
const EVERYWHERE = {
  sites: {
    ...at('autoconfig.customer.com'),
    ...at('customer.com', WELL_KNOWN),
    ...database('customer.com'),
    ...at('autoconfig.eu.host.net'),
    ...at('autoconfig.host.net'),
  },
  mx,
  srv: srv('mail.srv.net'),
} satisfies OutsideOptions

describe('an autoconfig server that wants an address', () => {
  // automx2 answers 400 without one.
  const wantsAddress =
    (status: number): RequestListener =>
    ({ url = '' }, response) => {
      const hasAddress = new URL(url, 'https://a.example').searchParams.has('emailaddress')
      response.writeHead(hasAddress ? 200 : status).end(hasAddress ? clientConfig() : 'no')
    }

  it.each([400, 404, 422, 500])(
    'and answers %d without one is told one that nobody has',
    async (status) => {
      const outside = await startOutside({
        sites: { 'autoconfig.customer.com': wantsAddress(status), ...database('else.com') },
      })
      const { found } = await search(outside)
      expect(found?.source).toBe(`https://autoconfig.customer.com${PATH}`)
      expect(outside.requests.filter((address) => address.includes('emailaddress'))).toEqual([
        `https://autoconfig.customer.com${PATH}?emailaddress=somebody%40customer.com`,
      ])
    },
  )

  it('is not asked again when it is asked too often, and the database never', async () => {
    const outside = await startOutside({
      sites: { 'autoconfig.customer.com': wantsAddress(429), ...database('else.com') },
    })
    expect((await search(outside)).found).toBeUndefined()
    expect(outside.requests.filter((address) => address.includes('emailaddress'))).toEqual([])
  })
})

describe('the order of precedence', () => {
  // Each with the websites that there are, of which it has the best.
  const [OWN, SITE, ISPDB, EXCHANGER, HOSTER] = [
    'autoconfig.customer.com',
    'customer.com',
    'ispdb.example.org',
    'autoconfig.eu.host.net',
    'autoconfig.host.net',
  ] as const
  it.each([
    [
      'autoconfig at the domain',
      [OWN, SITE, ISPDB, EXCHANGER, HOSTER],
      'imap.autoconfig.customer.com',
      'https-own-domain',
      [],
    ],
    ['.well-known', [SITE, ISPDB, EXCHANGER, HOSTER], 'imap.customer.com', 'https-own-domain', []],
    ['the ISPDB', [ISPDB, EXCHANGER, HOSTER], 'imap.ispdb.customer.com', 'ispdb', ['customer.com']],
    [
      'the domain of the MX host',
      [EXCHANGER, HOSTER],
      'imap.autoconfig.eu.host.net',
      'mx',
      ['host.net'],
    ],
    [
      'the registered domain of the MX host',
      [HOSTER],
      'imap.autoconfig.host.net',
      'mx',
      ['host.net'],
    ],
    ['the SRV records', [], 'mail.srv.net', 'srv', ['srv.net']],
  ] as const)('has %s', async (_place, there, host, trust, confirm) => {
    const isThere = ([name]: readonly [string, unknown]) => there.some((one) => one === name)
    const sites = Object.fromEntries(Object.entries(EVERYWHERE.sites).filter(isThere))
    expect(Object.keys(sites)).toHaveLength(there.length)
    const { found, attempts } = await search(await startOutside({ ...EVERYWHERE, sites }))
    expect(found).toMatchObject({ trust, confirm: [...confirm] })
    if (found === undefined) throw new Error('Nothing was found.')
    const account = providerAccount(found, parseAddress('ann@customer.com'))
    expect(account.incoming).toMatchObject({
      host,
      port: 993,
      security: 'tls',
      username: 'ann@customer.com',
    })
    expect(attempts.at(-1)?.outcome).toBe('found')
  })

  it('has what comes without encryption last, and only when that is allowed', async () => {
    const outside = await startOutside({
      sites: at('autoconfig.customer.com'),
      uncertified: ['autoconfig.customer.com'],
    })
    expect((await search(outside)).found).toBeUndefined()
    const { found } = await search(outside, { http: true })
    expect(found).toMatchObject({ trust: 'http', confirm: ['customer.com'] })
  })

  it('asks all places at once', async () => {
    const outside = await startOutside({ mx })
    await search(outside)
    expect(new Set(outside.asked)).toEqual(
      new Set([
        ...['autoconfig.customer.com', 'customer.com', 'ispdb.example.org'],
        ...['autoconfig.eu.host.net', 'autoconfig.host.net'],
        ...['_imaps', '_imap', '_pop3s', '_pop3', '_submissions', '_submission'].map(
          (label) => `${label}._tcp.customer.com`,
        ),
        ...['_caldavs._tcp.customer.com', '_carddavs._tcp.customer.com'],
      ]),
    )
  })
})

describe('a domain whose mail exchanger belongs to a provider of the catalogue', () => {
  it('gets the settings of that provider, for confirmation', async () => {
    const outside = await startOutside({
      mx: { 'customer.com': [{ priority: 10, exchange: 'in1-smtp.messagingengine.com' }] },
    })
    const { found } = await search(outside)
    expect(found).toMatchObject({
      trust: 'mx',
      voucher: 'catalogue',
      provider: catalogue.find(parseAddress('ann@fastmail.com')).provider,
    })
    expect(found?.confirm).toEqual(['fastmail.com'])
  })
})

describe('settings that cannot be used', () => {
  it('explains OAuth, and tries no password elsewhere', async () => {
    const sites = {
      'autoconfig.customer.com': documentAt(PATH, clientConfig({ authentication: 'OAuth2' })),
      ...database('customer.com'),
    }
    const { found, attempts } = await search(await startOutside({ sites }))
    expect(found).toBeUndefined()
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['oauth_only'])
  })

  it.each([
    ['plain text', { socketType: 'plain' }],
    ['no password', { authentication: 'none' }],
    ['the client’s address', { authentication: 'client-IP-address' }],
    ['a host inside', { imap: 'mail.internal' }],
    ['a host that is an address', { imap: '192.168.1.1' }],
  ])('passes over %s', async (_name, options) => {
    const sites = {
      'autoconfig.customer.com': documentAt(PATH, clientConfig(options)),
      ...database('customer.com'),
    }
    const { found, attempts } = await search(await startOutside({ sites }))
    expect(attempts[0]?.outcome).toMatch(/^(?:insecure_only|invalid|blocked)$/)
    expect(found?.trust).toBe('ispdb')
  })

  it('keeps a server that takes OAuth beside one that takes a password', async () => {
    const authentication = 'OAuth2</authentication><authentication>password-cleartext'
    const sites = { 'autoconfig.customer.com': documentAt(PATH, clientConfig({ authentication })) }
    const { found } = await search(await startOutside({ sites }))
    if (found === undefined) throw new Error('Nothing was found.')
    expect(providerAccount(found, parseAddress('ann@customer.com')).incoming?.authentication).toBe(
      'password-cleartext',
    )
  })

  it('passes over hosts that differ from mailbox to mailbox', async () => {
    const config = clientConfig({ imap: 'imap.%EMAILLOCALPART%.com' })
    const sites = { 'autoconfig.customer.com': documentAt(PATH, config) }
    const { found, attempts } = await search(await startOutside({ sites }), { ispdb: false })
    expect([found, attempts[0]?.outcome]).toEqual([undefined, 'blocked'])
  })

  it('asks for confirmation of calendars and contacts elsewhere, and passes over those inside', async () => {
    const more =
      '<calendar type="caldav"><url>https://dav.elsewhere.org/</url></calendar>' +
      '<addressbook type="carddav"><url>https://192.168.0.1/</url></addressbook>'
    const sites = { 'autoconfig.customer.com': documentAt(PATH, clientConfig({ more })) }
    const { found } = await search(await startOutside({ sites }))
    expect(found?.confirm).toEqual(['customer.com', 'elsewhere.org'])
    expect(found?.provider).toMatchObject({ calendar: { url: 'https://dav.elsewhere.org/' } })
    expect(found?.provider.contacts).toBeUndefined()
  })

  it('keeps a few servers of many', async () => {
    const server = (n: number) =>
      `<incomingServer type="imap"><hostname>i${n}.customer.com</hostname><port>993</port>` +
      '<socketType>SSL</socketType><authentication>password-cleartext</authentication>' +
      '<username>%EMAILADDRESS%</username></incomingServer>'
    const more = Array.from({ length: 100 }, (_, n) => server(n)).join('')
    const sites = { 'autoconfig.customer.com': documentAt(PATH, clientConfig({ more })) }
    const { found } = await search(await startOutside({ sites }))
    expect(found?.provider.incoming).toHaveLength(10)
  })

  it('keeps the advice of a provider of the catalogue that wants OAuth', async () => {
    const { provider, ...rest } = catalogue.find(parseAddress('ann@outlook.com'))
    const entry = { ...rest, provider: { ...provider, signIn: undefined } }
    const { attempts } = await search(await startOutside({ mx }), {
      ispdb: false,
      providerOfMx: () => entry,
    })
    expect(attempts.at(-1)).toMatchObject({
      outcome: 'oauth_only',
      advice: { text: provider.oauth?.text },
    })
  })

  it('asks for confirmation when the domain’s own settings lead to somebody else', async () => {
    const sites = {
      'autoconfig.customer.com': documentAt(PATH, clientConfig({ smtp: 'smtp.host.co.uk' })),
    }
    const { found } = await search(await startOutside({ sites }))
    expect(found).toMatchObject({
      trust: 'https-own-domain',
      confirm: ['customer.com', 'host.co.uk'],
    })
  })
})

describe('SRV records', () => {
  const record = (name: string, port: number, priority = 0, weight = 0) => ({
    name,
    port,
    priority,
    weight,
  })
  const records = (imaps: ReturnType<typeof record>[], more: object = {}) => ({
    ...{ '_imaps._tcp.customer.com': imaps },
    ...{ '_submission._tcp.customer.com': [record('smtp.customer.com', 587)] },
    ...more,
  })

  it.each([
    [
      'the lowest priority',
      [record('b.customer.com', 993, 10), record('a.customer.com', 9993, 5)],
      'a.customer.com',
      9993,
    ],
    [
      'the greatest weight',
      [record('b.customer.com', 993, 5, 1), record('a.customer.com', 993, 5, 60)],
      'a.customer.com',
      993,
    ],
    [
      'a target that is a name',
      [record('192.168.1.1', 993), record('b.customer.com', 993, 9)],
      'b.customer.com',
      993,
    ],
    [
      'a target in public',
      [record('mail.local', 993), record('B.customer.com.', 993, 9)],
      'b.customer.com',
      993,
    ],
  ])('choose %s', async (_name, imaps, host, port) => {
    const { found } = await search(await startOutside({ srv: records(imaps) }), { ispdb: false })
    expect(found?.provider.incoming).toMatchObject([
      { protocol: 'imap', host, port, security: 'tls' },
    ])
    expect(found?.provider.outgoing).toMatchObject([{ port: 587, security: 'starttls' }])
    expect(found?.confirm).toEqual(['customer.com'])
    expect(found?.provider.notes.map(({ text }) => english(text))).toEqual([
      expect.stringContaining('assumed'),
    ])
  })

  it.each([['.'], [''], ['127.0.0.1'], ['a b'], ['localhost']])(
    'do not offer “%s”',
    async (name) => {
      const { found } = await search(await startOutside({ srv: records([record(name, 993)]) }))
      expect(found).toBeUndefined()
    },
  )

  it.each([
    ['_imap._tcp', 993, 'tls'],
    ['_imap._tcp', 143, 'starttls'],
    ['_imap._tcp', 1143, 'starttls'],
    ['_imaps._tcp', 143, 'starttls'],
    ['_pop3._tcp', 995, 'tls'],
    ['_pop3s._tcp', 110, 'starttls'],
    ['_submission._tcp', 465, 'tls'],
    ['_submissions._tcp', 587, 'starttls'],
    ['_submissions._tcp', 465, 'tls'],
  ])('of %s with port %d are %s: what works there', async (label, port, security) => {
    const direction = label.startsWith('_submission') ? 'outgoing' : 'incoming'
    const other =
      direction === 'outgoing'
        ? (['_imaps._tcp', 993] as const)
        : (['_submissions._tcp', 465] as const)
    const srv = Object.fromEntries(
      [[label, port] as const, other].map(([name, number]) => [
        `${name}.customer.com`,
        [record('mail.customer.com', number)],
      ]),
    )
    const { found } = await search(await startOutside({ srv }), { ispdb: false })
    expect(found?.provider[direction]).toMatchObject([{ port, security }])
  })

  it('have IMAP before POP3 and TLS before STARTTLS', async () => {
    const more = {
      '_pop3s._tcp.customer.com': [record('pop.customer.com', 995)],
      '_imap._tcp.customer.com': [record('imap.customer.com', 143)],
    }
    const { found } = await search(
      await startOutside({ srv: records([record('i.customer.com', 993, 50)], more) }),
    )
    expect(found?.provider.incoming.map(({ protocol, security }) => [protocol, security])).toEqual([
      ['imap', 'tls'],
      ['imap', 'starttls'],
      ['pop3', 'tls'],
    ])
  })
})
