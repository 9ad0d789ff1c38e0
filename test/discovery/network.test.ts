import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { discover } from '../../src/discovery/discover.js'
import { createDirectory } from '../../src/discovery/directory.js'
import { systemNetwork, type Network } from '../../src/discovery/network.js'
import { catalogue } from '../support/app.js'
import { startDnsServer, type DnsServer } from '../support/dns-server.js'
import { isMissing } from '../support/programs.js'

const RECORDS = [
  'customer.com. MX 20 backup.else.net.',
  'customer.com. MX 10 in1-smtp.messagingengine.com.',
  'nullmx.com. MX 0 .',
  'both.com. A 93.184.215.14',
  'both.com. AAAA 2606:2800:21f:cb07:6820:80da:af6b:8b2c',
  'alias.com. CNAME both.com.',
  '_imaps._tcp.srv.com. SRV 10 1 993 second.srv.com.',
  '_imaps._tcp.srv.com. SRV 5 1 993 first.srv.com.',
  '_imap._tcp.srv.com. SRV 0 0 0 .',
  '_submissions._tcp.srv.com. SRV 0 1 465 smtp.srv.com.',
  // What a name server inside, or one that lies, may say.
  'autoconfig.inside.com. A 127.0.0.1',
  'inside.com. A 10.0.0.1',
]

describe.skipIf(isMissing('knotd'))('the network, asked through a real name server', () => {
  let server: DnsServer | undefined
  let network: Network = systemNetwork()
  beforeAll(async () => {
    server = await startDnsServer(RECORDS)
    const dialled: Network['dial'] = () => {
      throw new Error('Nothing may be dialled here.')
    }
    network = { ...systemNetwork([server.address]), dial: dialled }
  })
  afterAll(() => server?.stop())

  const search = (domain: string) =>
    discover(domain, {
      network,
      ispdb: false,
      http: false,
      providerOfMx: (host) => catalogue.forMx(host),
    })

  it('has all addresses of a name, through an alias too, and none of one that is not there', async () => {
    const both = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']
    expect(await network.addresses('both.com')).toEqual(both)
    expect(await network.addresses('alias.com')).toEqual(both)
    expect(await network.addresses('nobody.com')).toEqual([])
    expect(await network.mx('nobody.com')).toEqual([])
    expect(await network.srv('_imaps._tcp.nobody.com')).toEqual([])
  })

  it('leads from a mail exchanger to the provider of the catalogue', async () => {
    const directory = createDirectory({
      catalogue: () => catalogue,
      network,
      discovery: { ispdb: false, http: false },
    })
    const found = await directory.find(parseAddress('ann@customer.com'))
    expect(found).toMatchObject({ trust: 'mx', provider: { id: 'fastmail' } })
  })

  it('leads from SRV records to servers, of which “.” is none', async () => {
    const { found } = await search('srv.com')
    expect(found?.provider.incoming).toMatchObject([{ host: 'first.srv.com', security: 'tls' }])
    expect(found?.provider.outgoing).toMatchObject([{ host: 'smtp.srv.com', port: 465 }])
  })

  it.each(['nullmx.com', 'nobody.com'])('finds nothing for %s', async (domain) => {
    expect((await search(domain)).found).toBeUndefined()
  })

  it('goes nowhere inside', async () => {
    const { attempts } = await search('inside.com')
    expect(attempts.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['blocked', 'blocked'])
  })

  it('says that name servers do not answer, instead of that there is nothing', async () => {
    const dead = { ...systemNetwork(['127.0.0.1:9']), dial: network.dial }
    const { attempts } = await discover('customer.com', {
      network: dead,
      ispdb: false,
      http: false,
      providerOfMx: () => undefined,
    })
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['unreachable']))
  })
})
