import type { Server } from 'node:net'
import { MailProfileError } from '../errors.js'

// Who does not fit is only heard when it tries again, after one and three seconds. Systems have bounds of
// their own (net.core.somaxconn of Linux).
const BACKLOG = 4096

const FIRST_FREE_PORT = 1024
const WHY_NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['EAFNOSUPPORT', 'this machine has no addresses of this kind'],
  ['ENOTFOUND', 'nobody knows an address of this name'],
  ['EAI_AGAIN', 'nobody knows an address of this name now'],
  ['EINVAL', 'this is not the whole of an address (fe80::1 needs %eth0 behind it)'],
])

/** Where a server listens. */
export interface BindPlace {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
}

/** How a listener is called when it cannot listen, and what to do about it. */
export interface BindWords {
  /** The listener itself: "The server". */
  readonly listener: string
  /** What has to be said of the port: ", which is for metrics,". */
  readonly ofPort?: string
  /** What has to be said of the host, in the same way, to end a sentence. */
  readonly ofHost?: string
  /** The section of the configuration that has host and port, where an error shall name them. */
  readonly section?: string
  /** What to do when the port is taken, may not be used, or the host is not here. */
  readonly hints: { readonly inUse: string; readonly forbidden: string; readonly host: string }
}

/**
 * Has a server listen.
 *
 * @throws MailProfileError `port_in_use`, or `invalid_configuration` for a port that may not be used and
 *   a host that is not here
 */
export function bind(server: Server, place: BindPlace, words: BindWords): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: a connection that cannot be accepted, for want of a descriptor, must not end the process.
    server.on('error', (error: NodeJS.ErrnoException) => reject(explain(error, place, words)))
    server.listen({ ...place, backlog: BACKLOG }, resolve)
  })
}

function explain(
  cause: NodeJS.ErrnoException,
  { host, port }: BindPlace,
  { listener, ofPort = '', ofHost = '', section, hints }: BindWords,
): MailProfileError {
  const field = (key: string) => (section === undefined ? undefined : `${section}.${key}`)
  const thePort = `Port ${port}${ofPort}`
  switch (cause.code) {
    case 'EADDRINUSE': {
      const sentence = `${thePort} is in use by another program.`
      return new MailProfileError('port_in_use', sentence, {
        hint: hints.inUse,
        field: field('port'),
        cause,
      })
    }
    case 'EACCES': {
      const why = port < FIRST_FREE_PORT ? `: those below ${FIRST_FREE_PORT} are for root` : ''
      const sentence = `${thePort} may not be used by this user${why}.`
      return new MailProfileError('invalid_configuration', sentence, {
        hint: hints.forbidden,
        field: field('port'),
        cause,
      })
    }
    default: {
      const why = WHY_NOT_HERE.get(cause.code ?? '')
      return new MailProfileError(
        'invalid_configuration',
        `${listener} cannot listen on ${host}${ofHost}${why === undefined ? '' : `: ${why}`}.`,
        { hint: hints.host, field: field('host'), cause },
      )
    }
  }
}
