import type { IncomingProtocol, Security } from './server.js'

type Protocol = IncomingProtocol | 'smtp'

// RFC 8314 section 3 and, for what starts in clear, RFC 9051, RFC 1939, RFC 6409 and RFC 5321.
const USUAL_PORTS: ReadonlyMap<number, readonly [Protocol, 'tls' | 'starttls']> = new Map([
  [993, ['imap', 'tls']],
  [995, ['pop3', 'tls']],
  [465, ['smtp', 'tls']],
  [143, ['imap', 'starttls']],
  [110, ['pop3', 'starttls']],
  [587, ['smtp', 'starttls']],
  [25, ['smtp', 'starttls']],
])

/**
 * How connections to a port begin, where it has one meaning only (RFC 8314, section 7): what works there,
 * whatever a record says.
 *
 * @param protocol that the port has to be of; any by default
 * @returns undefined for a port that means neither
 */
export function securityOfPort(port: number, protocol?: Protocol): 'tls' | 'starttls' | undefined {
  const [owner, security] = USUAL_PORTS.get(port) ?? []
  return protocol === undefined || protocol === owner ? security : undefined
}

/** Whether a port goes with a protocol and how its connection is encrypted. */
export function isUsualPort(protocol: Protocol, port: number, security: Security): boolean {
  return securityOfPort(port, protocol) === (security === 'tls' ? 'tls' : 'starttls')
}
