import type { IncomingMessage } from 'node:http'

/** Ends a request for whose answer nobody waits: there is none. */
export class Gone extends Error {
  override readonly name = 'Gone'
}

/**
 * Between what waits for others and what costs something: a page, a picture, a signature.
 *
 * @throws Gone when the client has closed its connection
 */
export function requireClient({ socket }: Pick<IncomingMessage, 'socket'>): void {
  if (socket.destroyed) throw new Gone('The client has gone away.')
}
