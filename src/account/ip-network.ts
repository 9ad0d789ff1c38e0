import { BlockList, isIP } from 'node:net'

/** Whether a text is an IP address, or a network in CIDR notation such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || rest.length > 0) return false
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
  )
}

/**
 * Whether all of some addresses are in the networks, and there is at least one.
 *
 * @param networks as `isNetwork` knows them
 */
export function areAllIn(addresses: readonly string[], networks: readonly string[]): boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    if (prefix === undefined) list.addAddress(address, family(address))
    else list.addSubnet(address, Number(prefix), family(address))
  }
  return (
    addresses.length > 0 &&
    addresses.every((address) => isIP(address) !== 0 && list.check(address, family(address)))
  )
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
