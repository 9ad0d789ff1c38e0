import { DeliveryTrouble, nobodyWaited } from './trouble.js'
import type { Pause } from './pace.js'

export interface AttemptsOptions {
  /** How many after the first. */
  readonly retries: number
  readonly pause: Pause
  readonly signal?: AbortSignal | undefined
}

const FIRST_PAUSE = 1000
const GROWTH = 4
const LONGEST_PAUSE = 5 * 60 * 1000

/**
 * Tries something until it ends well, with growing pauses: again only after trouble that may pass.
 *
 * @throws DeliveryTrouble of the last attempt; `uncertain` where an earlier one was, unless the last one was
 *   refused for good
 */
export async function inAttempts<T>(
  attempt: () => Promise<T>,
  { retries, pause, signal }: AttemptsOptions,
): Promise<T> {
  let mayBeThere = false
  for (let made = 0; ; made++) {
    try {
      return await attempt()
    } catch (thrown) {
      // What waits for its turn is told why nobody waits any more, in other words.
      if (!(thrown instanceof DeliveryTrouble))
        throw signal?.aborted === true ? nobodyWaited() : thrown
      mayBeThere ||= thrown.kind === 'uncertain'
      const error = mayBeThere ? thrown.uncertain() : thrown
      if (!error.mayPass || made >= retries || signal?.aborted === true) throw error
      const wait = Math.max(FIRST_PAUSE * GROWTH ** made, error.wait ?? 0)
      try {
        await pause(Math.min(wait, LONGEST_PAUSE), signal)
      } catch {
        // Nobody waits any more: what there was to say of the attempt is said.
        throw error
      }
    }
  }
}
