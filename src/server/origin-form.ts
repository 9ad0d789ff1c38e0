import type { IncomingMessage } from 'node:http'

// The scheme and the authority without a user name (RFC 9110, section 4.2).
const ABSOLUTE = /^https?:\/\/([^/?#@]+)((?:[/?][^#]*)?)$/i

/**
 * Puts a request's target into the form that all else expects, a path: an absolute one, as programs send
 * it that take this server for a proxy, gives the host, whatever the Host says (RFC 9112, section 3.2.2).
 * Express would hand it to Node's old URL parser, which writes the whole of some to standard error.
 *
 * @returns false for what no client sends
 */
export function useOriginForm(request: IncomingMessage): boolean {
  const { url = '' } = request
  if (url.startsWith('/') || url === '*') return true
  const [, authority, rest = ''] = ABSOLUTE.exec(url) ?? []
  if (authority === undefined) return false
  request.headers.host = authority
  request.url = rest.startsWith('/') ? rest : `/${rest}`
  return true
}
