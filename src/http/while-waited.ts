import type { Response } from 'express'

/** Aborted once nobody waits for an answer any more: the connection has ended before it. */
export function whileWaited(response: Response): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  if (response.destroyed || response.req.socket.destroyed) controller.abort()
  return controller.signal
}

/**
 * For `catch`: what was given up because nobody waits any more is no failure, and there is nobody to tell.
 *
 * @param signal of `whileWaited`
 */
export function unlessGone(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted || error !== signal.reason) throw error
  }
}
