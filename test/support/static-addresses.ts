import { BlockList } from 'node:net'

/** As far as it is looked at, a network of a compose file. */
export interface ComposeNetwork {
  readonly ipam?: {
    readonly config: readonly {
      readonly subnet: string
      readonly ip_range?: string
      readonly gateway?: string
    }[]
  }
}

interface Composition {
  readonly services: Readonly<Record<string, { readonly networks?: unknown }>>
  readonly networks?: Readonly<Record<string, ComposeNetwork>>
}

/** The addresses of a network, `172.30.77.0/28`. */
export function blockOf(network: string): BlockList {
  const [address = '', bits] = network.split('/')
  const block = new BlockList()
  block.addSubnet(address, Number(bits))
  return block
}

/** The first address of a network, which the machine has. */
export function firstOf(network: string): string {
  return network.replace(/(\d+)\/.*/, (_, end: string) => String(Number(end) + 1))
}

/**
 * What is wrong with addresses that services of a compose file have for themselves: Docker gives each of `ip_range`
 * to whoever starts first, and takes the first of it for the machine where no other gateway is named.
 */
export function wrongAddresses({ services, networks = {} }: Composition): readonly string[] {
  return Object.entries(networks).flatMap(([name, { ipam }]) => {
    const { subnet, ip_range: range, gateway } = ipam?.config[0] ?? {}
    const addresses = Object.values(services).flatMap(({ networks: one = {} }) => {
      const way = (one as Readonly<Record<string, { readonly ipv4_address?: string } | null>>)[name]
      return way?.ipv4_address ?? []
    })
    if (addresses.length === 0) return []
    if (subnet === undefined) return addresses
    const wrong = addresses.filter(
      (address) => !blockOf(subnet).check(address) || blockOf(range ?? subnet).check(address),
    )
    return gateway === firstOf(subnet) ? wrong : [...wrong, `${name} has no gateway`]
  })
}
