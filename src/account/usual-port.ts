import type { IncomingProtocol, Security } from './server.js'

type Protocol = IncomingProtocol | 'smtp'

// RFC 8314 section 3 and, for what starts in clear, RFC 9051, RFC 1939, RFC 6409 and RFC 5321.
const IMPLICIT_TLS: Readonly<Record<Protocol, readonly number[]>> = {
  imap: [993],
  pop3: [995],
  smtp: [465],
}
const CLEAR_START: Readonly<Record<Protocol, readonly number[]>> = {
  imap: [143],
  pop3: [110],
  smtp: [587, 25],
}

/**
 * How connections to a port begin, where it has one meaning only (RFC 8314, section 7): what works there,
 * whatever a record says.
 *
 * @returns undefined for a port that means neither
 */
export function securityOfPort(protocol: Protocol, port: number): 'tls' | 'starttls' | undefined {
  if (IMPLICIT_TLS[protocol].includes(port)) return 'tls'
  return CLEAR_START[protocol].includes(port) ? 'starttls' : undefined
}

/** Whether a port goes with a protocol and how its connection is encrypted. */
export function isUsualPort(protocol: Protocol, port: number, security: Security): boolean {
  return (security === 'tls' ? IMPLICIT_TLS : CLEAR_START)[protocol].includes(port)
}
