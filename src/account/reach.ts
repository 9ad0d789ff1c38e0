import { isLoopback } from './loopback.js'

/** Who can open an address: this machine, the same network, or anybody. */
export type Reach = 'loopback' | 'lan' | 'public'

// RFC 1918, RFC 3927, RFC 4193 and RFC 4291 link-local; names of the local network.
const LOCAL =
  /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[f[cde])|\.local$|^[^.:]+$/

/** Who can open what leads to a URL. What is https is for everybody. */
export function reachOf({ hostname, protocol }: URL): Reach {
  if (isLoopback(hostname)) return 'loopback'
  return protocol !== 'https:' && LOCAL.test(hostname) ? 'lan' : 'public'
}
