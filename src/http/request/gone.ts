import type { IncomingMessage } from 'node:http'
import type { Response } from 'express'

/** Ends a request for whose answer nobody waits: there is none. */
export class Gone extends Error {
  override readonly name = 'Gone'

  constructor() {
    super('The client has gone away.')
  }
}

/**
 * Between what waits for others and what costs something: a page, a picture, a signature.
 *
 * @throws Gone when the client has closed its connection
 */
export function requireClient({ socket }: Pick<IncomingMessage, 'socket'>): void {
  if (socket.destroyed) throw new Gone()
}

/** Aborted with `Gone` once nobody waits for an answer any more: the connection has ended before it. */
export function whileWaited(response: Response): AbortSignal {
  const controller = new AbortController()
  const giveUp = () => controller.abort(new Gone())
  response.once('close', () => {
    if (!response.writableFinished) giveUp()
  })
  if (response.destroyed || response.req.socket.destroyed) giveUp()
  return controller.signal
}
