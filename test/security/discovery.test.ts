import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import request from 'supertest'
import { expect, it, onTestFinished } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { SearchedInVain } from '../../src/discovery/attempt.js'
import { createDirectory, type DirectoryOptions } from '../../src/discovery/directory.js'
import { systemNetwork } from '../../src/discovery/network.js'
import { NO_LIMITS } from '../../src/http/middleware/limits.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { catalogue, testApp } from '../support/app.js'
import { startDiscoveringServer } from '../support/discovering-server.js'
import { refusal, refusalCode } from '../support/errors.js'
import { clientConfig, documentAt, startOutside } from '../support/outside.js'
import { promise } from '../support/promise.js'
import { silentNetwork, type SilentNetwork } from '../support/silent-network.js'

const DISCOVERY = { ispdb: false, http: false } as const
const CUSTOMER = 'customer.com'
const SITE = {
  sites: { [`autoconfig.${CUSTOMER}`]: documentAt('/mail/config-v1.1.xml', clientConfig()) },
}
const ATTACKER = '203.0.113.66'

// With it, the mail exchanger of every unknown domain is looked for first.
const OWN = parseProvider(
  `
id: host
name: Host Mail
mx: [mx.host.org]
incoming:
  - { protocol: imap, host: imap.host.org, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: smtp.host.org, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`,
  'host.yaml',
)
const withOwnMx = new Catalogue([...catalogue.entries, { provider: OWN, file: 'host.yaml' }])

/** A server of its own outside, and one whose names below `silentN.com` are never answered. */
async function startServer(changes: Partial<DirectoryOptions> = {}) {
  const network = silentNetwork(await startOutside(SITE), (name) =>
    /(?:^|\.)silent\d+\.com$/.test(name),
  )
  let seen = 0
  const app = testApp({
    directory: createDirectory({
      catalogue: () => catalogue,
      network,
      discovery: DISCOVERY,
      ...changes,
    }),
    trustProxy: ['127.0.0.1', '::1', '::ffff:127.0.0.1'],
    limits: {
      ...NO_LIMITS,
      client: () => {
        seen++
        return Promise.resolve()
      },
    },
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const ask = async (client: string, domain: string) => {
    const answer = await request(server)
      .get(`/setup?address=ann@${domain}`)
      .set('X-Forwarded-For', client)
    return answer
  }
  return {
    network,
    ask,
    /** Sends requests whose answers nobody waits for, until the server has them all. */
    flood: async (requests: readonly (readonly [client: string, domain: string])[]) => {
      const before = seen
      const answers = requests.map(([client, domain]) => ask(client, domain).catch(() => undefined))
      await expect.poll(() => seen, { timeout: 20_000 }).toBe(before + requests.length)
      return { answers }
    },
  }
}

const searched = ({ asked }: SilentNetwork) =>
  new Set(asked.filter((name) => name.startsWith('autoconfig.')))

/** Four names below each of nine domains. */
const NINE_DOMAINS = Array.from({ length: 36 }, (_, n) => `n${n % 4}.silent${n >> 2}.com`)

promise(
  'One client does not stop discovery for the others. At most a quarter of the searches that run at the same time is its own, and in the short line for a place everybody has a turn.',
  () => {
    it.each([
      ['one address', () => ATTACKER],
      ['many networks of one IPv6 site', (n: number) => `2001:db8:66:${n.toString(16)}::1`],
    ])('36 searches for 9 silent domains from %s', async (_what, clientOf) => {
      const { ask, flood, network } = await startServer()
      await flood(NINE_DOMAINS.map((domain, n) => [clientOf(n), domain]))
      expect((await ask('198.51.100.1', CUSTOMER)).status).toBe(200)
      expect(searched(network).size).toBe(8)
    })

    it('of a fifth client, while four have all places and long lines', async () => {
      const { flood, network } = await startServer()
      await flood(
        Array.from({ length: 64 }, (_, n) => [`203.0.113.${n % 4}`, `silent${n}.com`] as const),
      )
      expect(searched(network).size).toBe(32)
      const [answer] = (await flood([['198.51.100.1', CUSTOMER]])).answers
      // One place becomes free for each of the attackers' turns and for ours.
      network.answer((name) => /\bsilent[0-4]\.com$/.test(name))
      expect((await answer)?.status).toBe(200)
    })

    it('says when to come again to whoever has too many', async () => {
      const { flood } = await startServer()
      const { answers } = await flood(NINE_DOMAINS.map((domain) => [ATTACKER, domain]))
      const refused = await Promise.race(answers)
      expect([refused?.status, refused?.headers['retry-after']]).toEqual([429, '15'])
    })

    it('by look-ups of mail exchangers', async () => {
      const { ask, flood } = await startServer({ catalogue: () => withOwnMx })
      await flood(Array.from({ length: 36 }, (_, n) => [ATTACKER, `silent${n}.com`] as const))
      expect((await ask('198.51.100.1', CUSTOMER)).status).toBe(200)
    })
  },
)

promise("Made-up names below a domain do not use up the domain's own searches.", () => {
  it('neither by holding its places', async () => {
    const made = Array.from({ length: 8 }, (_, n) => `n${n}.${CUSTOMER}`)
    const network = silentNetwork(
      await startOutside(SITE),
      (name) => name.endsWith(CUSTOMER) && made.some((domain) => name.includes(domain)),
    )
    const directory = createDirectory({ catalogue: () => catalogue, network, discovery: DISCOVERY })
    for (const domain of made)
      void directory.find(parseAddress(`ann@${domain}`)).catch(() => undefined)
    await expect.poll(() => searched(network).size).toBe(4)
    expect((await directory.find(parseAddress(`ann@${CUSTOMER}`))).trust).toBe('https-own-domain')
  })

  it('nor by being counted', async () => {
    const asked: [string, string][] = []
    const directory = createDirectory({
      catalogue: () => catalogue,
      network: await startOutside(SITE),
      discovery: DISCOVERY,
      beforeSearch: (registered, domain) => Promise.resolve(void asked.push([registered, domain])),
    })
    for (const domain of [`n.${CUSTOMER}`, CUSTOMER]) {
      await directory.find(parseAddress(`ann@${domain}`)).catch(() => undefined)
    }
    expect(asked).toEqual([
      [CUSTOMER, `n.${CUSTOMER}`],
      [CUSTOMER, CUSTOMER],
    ])
  })
})

promise(
  'Names that do not answer are remembered, for half a minute at first and for ten minutes in the end, and take no place of a search meanwhile.',
  () => {
    const SECOND = 1000
    const down = () => Promise.reject(new Error('No name server answers.'))

    it.each([
      ['searched for', { discovery: DISCOVERY }, () => catalogue],
      ['looked up by mail exchanger', {}, () => withOwnMx],
    ] as const)('as long as they are %s in vain', async (_what, changes, ofTheMoment) => {
      let now = Date.parse('2026-11-24T10:00:00Z')
      let queries = 0
      const count = () => {
        queries++
        return down()
      }
      const directory = createDirectory({
        catalogue: ofTheMoment,
        network: { ...systemNetwork([]), addresses: count, mx: count, srv: count },
        now: () => new Date(now),
        ...changes,
      })
      const find = () => refusalCode(() => directory.find(parseAddress(`ann@${CUSTOMER}`)))
      for (const seconds of [30, 60, 120, 240, 480, 600, 600]) {
        const before = queries
        expect(await find()).toBe('unknown_domain')
        expect(queries).toBeGreaterThan(before)
        const asked = queries
        now += (seconds - 1) * SECOND
        expect(await find()).toBe('unknown_domain')
        expect(queries).toBe(asked)
        now += SECOND
      }
    })

    it('and names below the same domain are asked one by one', async () => {
      const { flood, network, ask } = await startServer()
      const first = await flood([['203.0.113.1', 'n0.silent0.com']])
      await Promise.all(first.answers)
      network.asked.length = 0
      await flood([1, 2, 3].map((n) => [`203.0.113.${n}`, `n${n}.silent0.com`]))
      await ask('203.0.113.4', CUSTOMER)
      expect(searched(network).size).toBe(1)
    })
  },
)

promise("A search ends as soon as it is clear that a domain's name servers are silent.", () => {
  it('asked over a real socket that takes everything and says nothing', async () => {
    const silent = createSocket('udp4')
    silent.bind(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address()
    const network = systemNetwork([`127.0.0.1:${port}`])
    onTestFinished(() => {
      network.close?.()
      silent.close()
    })
    const directory = createDirectory({ catalogue: () => catalogue, network, discovery: DISCOVERY })
    const error = await refusal(() => directory.find(parseAddress(`ann@${CUSTOMER}`)))
    expect(error.code).toBe('unknown_domain')
    const { attempts } = error.cause as SearchedInVain
    expect(new Set(attempts.map(({ outcome, detail }) => `${outcome}: ${detail ?? ''}`))).toEqual(
      new Set(['timeout: The domain’s name servers do not answer.']),
    )
  })

  it('but not while one of them answers late', async () => {
    const outside = await startOutside(SITE)
    const directory = createDirectory({
      catalogue: () => catalogue,
      network: {
        ...outside,
        // The mail exchanger is known, everything else takes longer than a silent domain has.
        addresses: (host) =>
          new Promise((resolve) => {
            setTimeout(() => resolve(outside.addresses(host)), 4300)
          }),
      },
      discovery: DISCOVERY,
    })
    expect((await directory.find(parseAddress(`ann@${CUSTOMER}`))).trust).toBe('https-own-domain')
  })
})

promise(
  'Calendars and contacts that a search finds beside mail bring nobody else its password. They come along only where they lead to whoever gets it anyway.',
  () => {
    const mail = (host: string) => clientConfig({ imap: `imap.${host}`, smtp: `smtp.${host}` })
    const toEvil: RequestListener = (_request, response) =>
      void response.writeHead(301, { Location: 'https://dav.evil.net/' }).end()
    const evil: RequestListener = (_request, response) => void response.writeHead(207).end()
    const record = [{ name: 'dav.evil.net', port: 443, priority: 0, weight: 1 }]

    it.each([
      ['a website that redirects', 'host.net', toEvil, {}],
      ['a website of the domain that vouches for its mail', CUSTOMER, toEvil, {}],
      ['SRV records', 'host.net', undefined, { [`_caldavs._tcp.${CUSTOMER}`]: record }],
    ] as const)('by %s', async (_, host, website, srv) => {
      const network = await startOutside({
        sites: {
          [`autoconfig.${CUSTOMER}`]: documentAt('/mail/config-v1.1.xml', mail(host)),
          ...(website && { [CUSTOMER]: website }),
          'dav.evil.net': evil,
        },
        srv,
      })
      const { url, apiKey } = await startDiscoveringServer(network)
      const asked = await fetch(`${url}/setup?address=ann@${CUSTOMER}`, {
        headers: { Accept: 'text/html' },
      })
      const page = await asked.text()
      expect(page).toContain(`imap.${host}`)
      expect(page).not.toContain('evil')
      const told = await fetch(`${url}/api/v1/accounts/ann@${CUSTOMER}?confirm=${host}`, {
        headers: { Authorization: `Bearer ${apiKey}` },
      })
      const { account } = (await told.json()) as { account: object }
      expect(Object.keys(account)).toEqual(['identity', 'accountName', 'incoming', 'outgoing'])
    })
  },
)
