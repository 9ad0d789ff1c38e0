import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

// A public address by its number, and every Azure machine's own host by what answers there.
const AZURE_HOST = '168.63.129.16'
// The first three bits of all that is assigned for global unicast, 2000::/3 (RFC 4291 section 2.4, IANA).
const GLOBAL_UNICAST = 0b001

/**
 * Whether an IP address is one of the public internet: unicast, and not private, loopback, link-local,
 * shared (RFC 6598), documentation, benchmarking, 6to4, NAT64 or otherwise reserved. An IPv4 address
 * inside an IPv6 one is judged as IPv4.
 *
 * @param address as the DNS gives it; anything that is no IP address is not public
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  return parsed instanceof ipaddr.IPv6
    ? (parsed.parts[0] ?? 0) >> 13 === GLOBAL_UNICAST
    : parsed.toString() !== AZURE_HOST
}
