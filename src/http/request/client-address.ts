import { isIP } from 'node:net'
import type { Request } from 'express'
import ipaddr from 'ipaddr.js'

/** What stands for a client of which nothing is known. */
const UNKNOWN = 'unknown'
const PREFIX_BYTES = 8

/**
 * The address that a request comes from: `request.ip`, for which X-Forwarded-For counts as far as
 * proxies are trusted. Where a trusted proxy names something that is no address, it is the proxy's own.
 */
export function clientAddress({ ip, socket }: Request): string {
  if (ip !== undefined && isIP(bare(ip)) !== 0) return ip
  return socket.remoteAddress ?? UNKNOWN
}

/**
 * Whom an address belongs to, as far as limits go: the address itself for IPv4, its /64 for IPv6,
 * because one household or one server has that many.
 *
 * @returns one word for everything that is no address
 */
export function networkOf(text: string): string {
  const address = bare(text)
  if (isIP(address) === 0) return UNKNOWN
  // IPv4-mapped addresses are IPv4: what a socket for both kinds says.
  const parsed = ipaddr.process(address)
  const bytes = parsed.toByteArray()
  if (parsed.kind() === 'ipv4') return bytes.join('.')
  // Behind a NAT64 (RFC 6052) the whole of IPv4 is in one /96.
  if (parsed.range() === 'rfc6052') return bytes.slice(-4).join('.')
  return `${Buffer.from(bytes.slice(0, PREFIX_BYTES)).toString('hex')}/64`
}

/**
 * Whose X-Forwarded-For counts, for Express' `trust proxy`: some proxies write a port behind each address,
 * so it goes before an address is looked for among those that are trusted.
 *
 * @param proxies addresses and networks
 * @throws TypeError for what is neither
 */
export function trustedProxies(proxies: readonly string[]): (address: string) => boolean {
  const networks = proxies.map(parseNetwork)
  return (address) => {
    const text = bare(address)
    if (isIP(text) === 0) return false
    const parsed = ipaddr.process(text)
    return networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    )
  }
}

function parseNetwork(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const [address = '', length] = text.split('/')
  const parsed = isIP(address) === 0 ? undefined : ipaddr.parse(address)
  const most = parsed?.kind() === 'ipv4' ? 32 : 128
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1
  if (parsed === undefined || bits < 0 || bits > most) {
    throw new TypeError(`“${text}” is neither an address nor a network such as 10.0.0.0/8.`)
  }
  // What is written as ::ffff:192.0.2.0/120 means IPv4.
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() && bits >= 96
    ? [parsed.toIPv4Address(), bits - 96]
    : [parsed, bits]
}

// Without the zone of RFC 4007, and without the port that some proxies write (Azure Application Gateway).
function bare(text: string): string {
  const [, bracketed, plain] =
    /^(?:\[([0-9A-Fa-f:.]+)(?:%[^\]]*)?\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(text) ?? []
  return bracketed ?? plain ?? text.replace(/%.*$/s, '')
}
