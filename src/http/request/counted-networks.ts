import { networkOf } from './client-address.js'

/** A network that an address is counted with. */
export interface CountedNetwork {
  readonly network: string
  /** How often the limit of one client it may have. */
  readonly factor: number
  /** Which of the networks of an address it is: each has counts of its own. */
  readonly level: 'address' | 'v4/24' | 'v6/64' | 'v6/48' | 'v6/32'
  /** Counted always, but held against somebody only while there are too many narrower ones to remember. */
  readonly fallback?: true
}

// A site may have a /48 (RFC 6177), from which it can send as 65,536 networks of 64 bits, and a provider
// has a /32 with as many sites.
const SITE_FACTOR = 8
const PROVIDER_FACTOR = 64
// Many households.
const NEIGHBOURS_FACTOR = 32

/**
 * The networks that a client's address is counted with, the narrowest first.
 *
 * @param address from `clientAddress`
 */
export function countedNetworks(address: string): readonly CountedNetwork[] {
  const network = networkOf(address)
  const [, site, provider] = /^((.{8}).{4}).{4}\/64$/.exec(network) ?? []
  if (site !== undefined && provider !== undefined) {
    return [
      { network, factor: 1, level: 'v6/64' },
      { network: `${site}/48`, factor: SITE_FACTOR, level: 'v6/48' },
      { network: `${provider}/32`, factor: PROVIDER_FACTOR, level: 'v6/32' },
    ]
  }
  const own = { network, factor: 1, level: 'address' } as const
  const [neighbours] = /^\d+\.\d+\.\d+(?=\.\d+$)/.exec(network) ?? []
  if (neighbours === undefined) return [own]
  return [
    own,
    {
      network: `${neighbours}.0/24`,
      factor: NEIGHBOURS_FACTOR,
      level: 'v4/24',
      fallback: true,
    },
  ]
}

/** The network that has one share of what is done at the same time: a site's, or an IPv4 address. */
export function sharingNetwork(address: string): string {
  const networks = countedNetworks(address)
  const site = networks.find(({ level }) => level === 'v6/48') ?? networks[0]
  return site?.network ?? networkOf(address)
}
