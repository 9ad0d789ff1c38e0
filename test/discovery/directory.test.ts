import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { SearchedInVain } from '../../src/discovery/attempt.js'
import type { Asker } from '../../src/discovery/catalogue-directory.js'
import { createDirectory, type DirectoryOptions } from '../../src/discovery/directory.js'
import { isConfirmed, requireConfirmation } from '../../src/providers/domain-settings.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { providerAccount } from '../../src/providers/provider-account.js'
import { parseProvider } from '../../src/providers/provider.js'
import { catalogue } from '../support/app.js'
import { clientConfig, documentAt, startOutside, type OutsideOptions } from '../support/outside.js'
import { silentNetwork } from '../support/silent-network.js'

const HOST = 'autoconfig.customer.com'
const SITE = { sites: { [HOST]: documentAt('/mail/config-v1.1.xml', clientConfig()) } }
const DISCOVERY = { ispdb: false, http: false } as const

const OWN = parseProvider(
  `
id: host
name: Host Mail
mx: ['*.mx.host.net', mx.host.org]
incoming:
  - { protocol: imap, host: imap.host.net, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.host.net, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`,
  'host.yaml',
)
const own = new Catalogue([...catalogue.entries, { provider: OWN, file: 'host.yaml' }])

async function directory(outside: OutsideOptions, changes: Partial<DirectoryOptions> = {}) {
  const network = await startOutside(outside)
  const made = createDirectory({ catalogue: () => own, network, ...changes })
  const findAny = async (address: string, asker?: Asker) => made.find(parseAddress(address), asker)
  return { network, find: () => findAny('ann@customer.com'), findAny }
}

const mx = (exchange: string) => ({ mx: { 'customer.com': [{ priority: 10, exchange }] } })

describe('a provider of the operator that names its mail exchangers', () => {
  it.each([['mx.host.org'], ['MX.Host.ORG.'], ['a.mx.host.net'], ['a.b.mx.host.net']])(
    'has every domain whose mail goes to %s, without a search',
    async (exchange) => {
      const { find, network } = await directory(mx(exchange))
      const found = await find()
      expect(found).toMatchObject({ trust: 'catalogue', source: 'host.yaml', confirm: [] })
      const { incoming, outgoing } = providerAccount(found, parseAddress('ann@customer.com'))
      expect([incoming?.host, outgoing?.host]).toEqual(['imap.host.net', 'smtp.host.net'])
      expect(network.dialled).toEqual([])
    },
  )

  it.each([
    ['mx.host.net'],
    ['xmx.host.net'],
    ['mx.host.org.evil.com'],
    ['in1-smtp.messagingengine.com'],
  ])('does not have those whose mail goes to %s', async (exchange) => {
    const { find } = await directory(mx(exchange))
    await expect(find()).rejects.toMatchObject({ code: 'unknown_domain' })
  })

  it('has only the domains that are served', async () => {
    const outside = mx('mx.host.org')
    const { find, network } = await directory(outside, {
      catalogue: () => own.restrictedTo(['other.com']),
    })
    await expect(find()).rejects.toMatchObject({ code: 'unknown_domain' })
    expect(network.asked).toEqual([])
    const served = await directory(outside, { catalogue: () => own.restrictedTo(['customer.com']) })
    expect((await served.find()).source).toBe('host.yaml')
  })

  it('is found in a catalogue that is given itself', async () => {
    const { find } = await directory(mx('mx.host.org'), { catalogue: own })
    expect((await find()).source).toBe('host.yaml')
  })

  it('is not looked for when there is none', async () => {
    const { find, network } = await directory(mx('mx.host.org'), { catalogue: () => catalogue })
    await expect(find()).rejects.toMatchObject({ code: 'unknown_domain' })
    expect(network.asked).toEqual([])
  })
})

describe('a provider of the operator whose hosts hold the customer’s domain', () => {
  const HOSTS = '93.184.215.14'
  const own = (changes: object = {}) =>
    new Catalogue([
      {
        provider: {
          ...OWN,
          outgoing: OWN.outgoing.map((server) => ({ ...server, host: 'smtp.%EMAILDOMAIN%' })),
          ...changes,
        },
        file: 'host.yaml',
      },
    ])
  const resolved = (...addresses: string[]) => ({
    ...mx('mx.host.org'),
    addresses: { 'smtp.customer.com': [addresses] },
  })
  const settings = async (catalogue: Catalogue, outside: OutsideOptions) =>
    (await directory(outside, { catalogue: () => catalogue })).find()

  it.each([
    ['names no addresses', {}, [HOSTS]],
    ['names others', { addresses: ['192.0.2.0/24'] }, [HOSTS]],
    ['names one of two', { addresses: [HOSTS] }, [HOSTS, '198.51.100.1']],
    ['names no IPv6', { addresses: [HOSTS] }, [HOSTS, '2001:db8::1']],
    ['names some, and there are none', { addresses: [HOSTS] }, []],
    ['has a name for each mailbox', { addresses: [HOSTS], host: '%EMAILLOCALPART%' }, [HOSTS]],
  ])('vouches for no domain of its exchanger when it %s', async (_name, changes, addresses) => {
    const { host, ...rest } = changes as { host?: string }
    const outgoing = OWN.outgoing.map((server) => ({
      ...server,
      host: `${host ?? 'smtp'}.%EMAILDOMAIN%`,
    }))
    const found = await settings(own({ ...rest, outgoing }), resolved(...addresses))
    expect(found).toMatchObject({
      trust: 'mx',
      voucher: 'nobody',
      source: 'the MX records of customer.com',
      confirm: ['customer.com', 'host.net'],
      provider: { name: 'Host Mail' },
    })
  })

  it.each([
    ['an address', [HOSTS], [HOSTS]],
    ['a network', ['93.184.215.0/24', '2001:db8::/48'], [HOSTS, '2001:db8::1']],
  ])('vouches for those that lead to %s of its own', async (_name, addresses, found) => {
    expect(await settings(own({ addresses }), resolved(...found))).toMatchObject({
      trust: 'catalogue',
      voucher: 'catalogue',
      confirm: [],
    })
  })

  it('vouches for those that the operator named, without asking where they lead', async () => {
    const served = () => own().restrictedTo(['customer.com'])
    const { find, network } = await directory(mx('mx.host.org'), { catalogue: served })
    expect(await find()).toMatchObject({ voucher: 'catalogue', confirm: [] })
    expect(network.asked).toEqual(['customer.com'])
  })

  it('asks where they lead once for all, and again later', async () => {
    let now = new Date('2026-11-24T10:00:00Z')
    const { find, network } = await directory(resolved(HOSTS), {
      catalogue: () => own({ addresses: [HOSTS] }),
      now: () => now,
    })
    await Promise.all(Array.from({ length: 10 }, find))
    expect(network.asked).toEqual(['customer.com', 'smtp.customer.com'])
    now = new Date('2026-11-24T10:11:00Z')
    await find()
    expect(network.asked).toHaveLength(4)
  })

  it.each([['0.0.0.0/0'], ['::/0'], ['10.0.0.0/33'], ['host.net'], ['fe80::1%eth0']])(
    'cannot name %s',
    (address) => {
      const yaml = `id: h\nname: H\nmx: [mx.host.org]\naddresses: ['${address}']\n`
      expect(() => parseProvider(yaml, 'h.yaml')).toThrow(/h\.yaml:4:\d+: addresses/)
    },
  )
})

describe('a search', () => {
  it('is made for a domain that nobody configured', async () => {
    const { find } = await directory(SITE, { discovery: DISCOVERY })
    expect(await find()).toMatchObject({ trust: 'https-own-domain', confirm: [] })
  })

  it('is not made for one that is configured, nor without being switched on', async () => {
    const { findAny, network } = await directory(SITE, { discovery: DISCOVERY })
    expect((await findAny('ann@btinternet.com')).source).toBe('bt.yaml')
    expect(network.asked).toEqual([])
    const off = await directory(SITE, { catalogue: () => catalogue })
    await expect(off.find()).rejects.toMatchObject({ code: 'unknown_domain' })
    expect(off.network.asked).toEqual([])
  })

  it.each([
    ...['ann@localhost', 'ann@printer.local', 'ann@corp.internal', 'ann@x.onion', 'ann@co.uk'],
    ...['ann@com', 'ann@example.test', 'ann@127.0.0.1', 'ann@[127.0.0.1]', 'ann@a..b'],
  ])('is not made for %s', async (address) => {
    const { findAny, network } = await directory(SITE, { discovery: DISCOVERY })
    await expect(findAny(address)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:unknown_domain|invalid_address)$/) as string,
    })
    expect(network.asked).toEqual([])
  })

  it('is kept for a day, and made once for all who ask at the same time', async () => {
    let now = new Date('2026-11-24T10:00:00Z')
    const { find, network } = await directory(SITE, { discovery: DISCOVERY, now: () => now })
    await Promise.all(Array.from({ length: 20 }, find))
    now = new Date('2026-11-25T09:59:00Z')
    await find()
    expect(network.requests).toHaveLength(1)
    now = new Date('2026-11-25T10:01:00Z')
    await find()
    expect(network.requests).toHaveLength(2)
  })

  it('in vain is kept for ten minutes, and tells what was asked', async () => {
    let now = new Date('2026-11-24T10:00:00Z')
    const { find, network } = await directory({}, { discovery: DISCOVERY, now: () => now })
    const error: unknown = await find().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'unknown_domain',
      cause: expect.any(SearchedInVain) as object,
    })
    expect((error as { cause: SearchedInVain }).cause.attempts[0]).toMatchObject({
      outcome: 'not_found',
    })
    const asked = network.asked.length
    now = new Date('2026-11-24T10:09:00Z')
    await find().catch(() => undefined)
    expect(network.asked).toHaveLength(asked)
    now = new Date('2026-11-24T10:11:00Z')
    await find().catch(() => undefined)
    expect(network.asked.length).toBeGreaterThan(asked)
  })

  it('that a passing fault of a better place spoilt is made again after ten minutes', async () => {
    let now = new Date('2026-11-24T10:00:00Z')
    let isBroken = true
    const own = clientConfig({ imap: 'own.customer.com' })
    const { find } = await directory(
      {
        sites: {
          [HOST]: (request, response) => {
            if (isBroken) request.socket.destroy()
            else documentAt('/mail/config-v1.1.xml', own)(request, response)
          },
          'ispdb.example.org': documentAt('/customer.com', clientConfig()),
        },
      },
      { discovery: { ispdb: 'https://ispdb.example.org', http: false }, now: () => now },
    )
    expect((await find()).trust).toBe('ispdb')
    isBroken = false
    now = new Date('2026-11-24T10:11:00Z')
    expect((await find()).trust).toBe('https-own-domain')
  })

  it('that no name server answered is made again after half a minute', async () => {
    let now = new Date('2026-11-24T10:00:00Z')
    const network = await startOutside(SITE)
    let isDown = true
    const flaky = {
      ...network,
      addresses: (host: string) =>
        isDown ? Promise.reject(new Error('down')) : network.addresses(host),
    }
    const { find } = await directory(SITE, {
      network: flaky,
      discovery: DISCOVERY,
      now: () => now,
    })
    await expect(find()).rejects.toMatchObject({ code: 'unknown_domain' })
    isDown = false
    now = new Date('2026-11-24T10:00:31Z')
    expect((await find()).trust).toBe('https-own-domain')
  })

  it('is forgotten when the catalogue changes', async () => {
    let current = catalogue
    const { find, network } = await directory(SITE, {
      discovery: DISCOVERY,
      catalogue: () => current,
    })
    await find()
    current = new Catalogue(catalogue.entries)
    await find()
    expect(network.requests).toHaveLength(2)
  })

  it('for one registered domain leaves room for others, and own customers always have it', async () => {
    const stuck = Array.from({ length: 8 }, (_, n) => `c${n}.stuck.com`)
    const { findAny } = await directory(
      {
        sites: Object.fromEntries([
          ...stuck.map((domain) => [`autoconfig.${domain}`, () => undefined] as const),
          [HOST, documentAt('/mail/config-v1.1.xml', clientConfig())],
        ]),
        mx: { 'mine.com': [{ priority: 1, exchange: 'mx.host.org' }] },
      },
      { discovery: DISCOVERY },
    )
    const asked = stuck.map((domain) =>
      findAny(`ann@${domain}`).catch((error: unknown) => (error as { code: string }).code),
    )
    expect((await findAny('ann@customer.com')).trust).toBe('https-own-domain')
    expect((await findAny('ann@mine.com')).source).toBe('host.yaml')
    const outcomes = await Promise.all(asked)
    expect(outcomes.filter((code) => code === 'too_many_requests')).toHaveLength(4)
  })

  it('does not wait for ever for a mail exchanger', async () => {
    const network = await startOutside()
    const { find } = await directory(
      {},
      {
        network: { ...network, mx: () => new Promise<never>(() => undefined) },
      },
    )
    await expect(find()).rejects.toMatchObject({ code: 'unknown_domain' })
  }, 6000)

  it('does not start while too many run', async () => {
    const { findAny } = await directory(
      {
        sites: Object.fromEntries(
          Array.from({ length: 40 }, (_, n) => [`autoconfig.c${n}.com`, () => undefined]),
        ),
      },
      { discovery: DISCOVERY, catalogue: () => catalogue },
    )
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        findAny(`ann@c${n}.com`).catch((error: unknown) => (error as { code: string }).code),
      ),
    )
    expect(outcomes.filter((code) => code === 'too_many_requests')).toHaveLength(8)
  })

  it.each([
    ['OAuth2', 'SSL', 'oauth_only'],
    ['password-cleartext', 'plain', 'unsupported_account'],
  ])('explains why %s over %s is not used', async (authentication, socketType, code) => {
    const document = clientConfig({ authentication, socketType })
    const { find } = await directory(
      { sites: { [HOST]: documentAt('/mail/config-v1.1.xml', document) } },
      { discovery: DISCOVERY },
    )
    await expect(find()).rejects.toMatchObject({ code })
  })
})

describe('confirmation', () => {
  const found = {
    provider: OWN,
    trust: 'mx',
    voucher: 'nobody',
    source: 'somewhere',
    confirm: ['host.net', 'host.org'],
  } as const

  it.each([
    [undefined, false],
    ['', false],
    ['host.net', false],
    ['host.net,host.org', true],
    ['HOST.ORG,host.net,more.com', true],
    ['host.net host.org', false],
    ['xhost.net,host.org', false],
  ])('by %j: %s', (agreed, expected) => {
    expect(isConfirmed(found, agreed)).toBe(expected)
  })

  it('names the domains in full', () => {
    expect(() => requireConfirmation(found, undefined)).toThrow(/host\.net and host\.org/)
  })
})

describe('whoever does not wait any longer', () => {
  const silent = async () => {
    const network = silentNetwork(await startOutside(SITE), (name) => name === HOST)
    const made = createDirectory({ catalogue: () => catalogue, network, discovery: DISCOVERY })
    const find = (signal?: AbortSignal) =>
      made.find(parseAddress('ann@customer.com'), { client: 'portal', signal })
    return { network, find }
  }

  it('is told the reason, and the search goes on for others', async () => {
    const { network, find } = await silent()
    const gone = new AbortController()
    const [first, second] = [find(gone.signal), find()]
    gone.abort(new Error('I hung up.'))
    await expect(first).rejects.toThrow('I hung up.')
    network.answer(() => true)
    // It was one search, and nobody who comes later needs another one.
    for (const one of [second, find(AbortSignal.timeout(10_000))]) {
      await expect(one).rejects.toMatchObject({ code: 'unknown_domain' })
    }
    expect(network.asked).toEqual([HOST])
  })

  it('has nothing searched for who has gone before', async () => {
    const { network, find } = await silent()
    await expect(find(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
    expect(network.asked).toEqual([])
  })

  it('waits as long as a time allows', async () => {
    const { find } = await silent()
    await expect(find(AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('is one listener of a signal that many use, and none afterwards', async () => {
    const { findAny } = await directory(SITE, { discovery: DISCOVERY })
    const { signal } = new AbortController()
    const all = Array.from({ length: 20 }, () => findAny('ann@customer.com', { signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await Promise.all(all)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
