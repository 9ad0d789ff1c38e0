// As configurations name a host, and in brackets as URLs do.
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/i

/** Whether a host is reached from the same computer only: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
