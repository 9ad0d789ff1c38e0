import { MailProfileError } from '../errors.js'

/** Does work, unless too much is under way: `owner` names whose it is. */
export type WorkLimit = <T>(work: () => Promise<T>, owner?: string) => Promise<T>

const tooMuch = () =>
  new MailProfileError('too_many_requests', 'Too many settings are looked for now.', {
    hint: 'Try again in a minute.',
  })

/**
 * Refuses what would be too much at once, instead of letting it wait.
 *
 * @param most at the same time
 * @param mostForOne at the same time for one owner
 * @param refuse makes what is thrown: MailProfileError `too_many_requests` by default
 */
export function createLimit(most: number, mostForOne = most, refuse = tooMuch): WorkLimit {
  const running = new Map<string, number>()
  let total = 0
  return async (work, owner = '') => {
    const own = running.get(owner) ?? 0
    if (total >= most || own >= mostForOne) {
      throw refuse()
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
