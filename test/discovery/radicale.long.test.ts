import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAccount, withPassword, type Account } from '../../src/account/account.js'
import { parseAddress } from '../../src/account/address.js'
import { accountToJson } from '../../src/account/json.js'
import { Secret } from '../../src/account/secret.js'
import { checkAccount } from '../../src/check/account.js'
import { discover } from '../../src/discovery/discover.js'
import { systemNetwork, type Network } from '../../src/discovery/network.js'
import { renderZone } from '../../src/formats/dns-records/dns-records.js'
import { providerAccount } from '../../src/providers/provider-account.js'
import { startDnsServer, type DnsServer } from '../support/dns-server.js'
import { PUBLIC_ADDRESS } from '../support/outside.js'
import { isMissing } from '../support/programs.js'
import { startRadicale, type Radicale } from '../support/radicale.js'
import { commonServerCertificate } from '../support/server-certificate.js'

const PASSWORD = 'pass word'
const ADDRESS = 'ann@example.com'
const certificate = commonServerCertificate({
  names: ['example.com', 'dav.example.com', 'localhost'],
})
const a = (name: string) => `${name}. A ${PUBLIC_ADDRESS}`

// As an operator publishes them, who runs Radicale and has mail nowhere.
const zone = renderZone(
  {
    name: 'Radicale',
    incoming: [],
    outgoing: [],
    calendar: { url: 'https://dav.example.com/radicale/' },
    contacts: { url: 'https://dav.example.com/' },
  },
  'example.com',
  { complete: true },
)

describe.skipIf(isMissing('radicale') || isMissing('knotd'))('Radicale', () => {
  let radicale: Radicale
  const servers: DnsServer[] = []
  beforeAll(async () => {
    radicale = await startRadicale(certificate, { username: ADDRESS, password: PASSWORD })
  })
  afterAll(async () => {
    await Promise.all([radicale, ...servers].map((server) => server.stop()))
  })

  // The real resolver at a real name server; whatever is dialled is Radicale.
  async function search(records: readonly string[]): Promise<Account> {
    const dns = await startDnsServer(records)
    servers.push(dns)
    const network: Network = {
      ...systemNetwork([dns.address]),
      dial: () => connect(radicale.port, '127.0.0.1'),
      ca: certificate.ca,
    }
    const { found } = await discover('example.com', {
      network,
      ispdb: false,
      http: false,
      providerOfMx: () => undefined,
    })
    network.close?.()
    if (found === undefined) throw new Error('Nothing was found.')
    return providerAccount(found, parseAddress(ADDRESS))
  }

  /** The same account at the port where Radicale really is. */
  function reachable(account: Account): Account {
    const json = JSON.stringify(accountToJson(account)).replaceAll(
      /https:\/\/(?:dav\.)?example\.com\//g,
      `https://localhost:${radicale.port}/`,
    )
    return parseAccount(JSON.parse(json))
  }

  const check = (account: Account, password?: string) =>
    checkAccount(account, {
      password: password === undefined ? undefined : new Secret(password),
      timeout: 20_000,
      signal: new AbortController().signal,
      now: new Date(),
      trust: [certificate.ca],
      resolve: () => Promise.resolve(['127.0.0.1']),
    })

  it('is found by its .well-known, and lets ann in with what was found', async () => {
    const account = await search([a('example.com')])
    expect(account).toMatchObject({
      calendar: { url: 'https://example.com/' },
      contacts: { url: 'https://example.com/' },
    })
    const { servers: reports, ok } = await check(
      withPassword(reachable(account), new Secret(PASSWORD)),
    )
    expect(reports.flatMap(({ steps }) => steps.filter(({ status }) => status !== 'ok'))).toEqual(
      [],
    )
    expect(reports.map(({ role, protocol }) => [role, protocol])).toEqual([
      ['calendar', 'caldav'],
      ['contacts', 'carddav'],
    ])
    expect(ok).toBe(true)
  })

  it('is found by the DNS records that this program writes', async () => {
    const account = await search([zone])
    expect(account).toMatchObject({
      calendar: { url: 'https://dav.example.com/radicale/' },
      contacts: { url: 'https://dav.example.com/' },
    })
    expect(account.incoming).toBeUndefined()
  })

  it.each([
    ['wrong', 'failed', 'wrong_password'],
    [undefined, 'skipped', undefined],
  ])('is checked with the password %s', async (password, status, code) => {
    const account = reachable(await search([a('example.com')]))
    const { servers: reports, ok } = await check(account, password)
    for (const { steps } of reports) {
      expect(steps.map((step) => step.status)).toEqual(['ok', 'ok', 'ok', 'ok', status])
      expect(steps.at(-1)?.code).toBe(code)
    }
    expect(ok).toBe(password === undefined)
    expect(JSON.stringify(reports)).not.toContain('ann@')
  })
})
