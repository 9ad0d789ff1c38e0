import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'

/** Where a server of a directory is, and whether it is spoken to by TLS. */
export interface ServerPlace {
  readonly host: string
  readonly port: number
  /** With the certificates that vouch for it, PEM; those of Node by default. */
  readonly tls: { readonly ca?: string | undefined } | undefined
}

/** Connects a socket. */
export async function connectSocket(
  socket: Socket,
  { host, port }: ServerPlace,
  signal: AbortSignal,
): Promise<void> {
  socket.connect({ host, port })
  socket.setKeepAlive(true, 60_000)
  await once(socket, 'connect', { signal })
}

/** How the server's certificate is judged: by its chain and by the name that the configuration has. */
export function tlsOptions({ host, tls }: ServerPlace): ConnectionOptions {
  return {
    // RFC 6066, section 3: an address is no name, and is compared with the certificate all the same.
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  }
}

/** Speaks TLS on a connected socket. */
export async function upgradeSocket(
  socket: Socket,
  place: ServerPlace,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secure = connectTls({ ...tlsOptions(place), socket })
  await once(secure, 'secureConnect', { signal })
  return secure
}
