import type { IncomingMessage, RequestListener } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Somebody who answers. */
export interface Answerer {
  readonly app: RequestListener
}

/**
 * Passes each request on to whoever is at its host. Over TLS the connection was made to somebody as well:
 * who asks somebody else over it hides whom they ask (domain fronting), or takes two hosts for one because
 * of a certificate for both, and is to make another connection (RFC 9110, section 15.5.20).
 *
 * @param find by a host as it was given
 * @param nobody who answers where that is so
 */
export function dispatch(find: (host: string) => Answerer, nobody: Answerer): RequestListener {
  return (request, response) => {
    const meant = find(request.headers.host ?? '')
    const name = serverNameOf(request)
    const isFronted = name !== undefined && find(name) !== meant
    const { app } = isFronted ? nobody : meant
    app(request, response)
  }
}

// Absent without TLS, and where a client names none, as for an address.
function serverNameOf({ socket }: IncomingMessage): string | undefined {
  const { servername } = socket as Partial<Pick<TLSSocket, 'servername'>>
  return typeof servername === 'string' && servername !== '' ? servername : undefined
}
