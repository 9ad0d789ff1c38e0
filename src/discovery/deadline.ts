import { setMaxListeners } from 'node:events'
import { AttemptError } from './attempt.js'

const TOO_LONG = new AttemptError('timeout', 'It takes too long to answer.')

/** A signal that ends work after a time, or when another one does; its reason is an AttemptError. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Ends it now, unless it has ended, and frees the timer. */
  readonly end: () => void
}

/**
 * Not `AbortSignal.any` and `AbortSignal.timeout`: Node 20 may collect those as garbage before they
 * have aborted anything.
 *
 * @param milliseconds from now
 * @param parent ends it earlier, with its own reason
 */
export function deadline(milliseconds: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController()
  // All places of a search wait for the one signal.
  setMaxListeners(0, controller.signal)
  const timer = setTimeout(() => controller.abort(TOO_LONG), milliseconds)
  const follow = () => controller.abort(parent?.reason)
  if (parent?.aborted === true) follow()
  parent?.addEventListener('abort', follow)
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      parent?.removeEventListener('abort', follow)
      controller.abort(new AttemptError('not_needed', 'Settings were found elsewhere.'))
    },
  }
}
