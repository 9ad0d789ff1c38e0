import { MailProfileError } from '../errors.js'

/** Does work, unless too much is under way: `owner` names whose it is. */
export type WorkLimit = <T>(work: () => Promise<T>, owner?: string) => Promise<T>

/**
 * Refuses what would be too much at once, instead of letting it wait.
 *
 * @param most at the same time
 * @param mostForOne at the same time for one owner
 * @returns throws MailProfileError `too_many_requests`
 */
export function createLimit(most: number, mostForOne = most): WorkLimit {
  const running = new Map<string, number>()
  let total = 0
  return async (work, owner = '') => {
    const own = running.get(owner) ?? 0
    if (total >= most || own >= mostForOne) {
      throw new MailProfileError('too_many_requests', 'Too many settings are looked for now.', {
        hint: 'Try again in a minute.',
      })
    }
    total++
    running.set(owner, own + 1)
    try {
      return await work()
    } finally {
      total--
      const left = (running.get(owner) ?? 1) - 1
      if (left > 0) running.set(owner, left)
      else running.delete(owner)
    }
  }
}
