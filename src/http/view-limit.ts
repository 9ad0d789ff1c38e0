import { MailProfileError } from '../errors.js'

const MINUTE = 60_000
/** How many invitations are counted at once, the latest ones. */
const COUNTED = 10_000

interface Count {
  readonly since: number
  views: number
}

/** Counts a look at an invitation; throws MailProfileError `too_many_requests` when they are too many. */
export type ViewLimit = (id: string) => void

/**
 * Counts how often an invitation is looked at, in this process: a true link counts against no client, and
 * pictures and pages of it cost work. What it gives is counted elsewhere, and never refused by this.
 *
 * @param perMinute of one invitation
 * @param now milliseconds, by what nobody sets
 */
export function createViewLimit(
  perMinute: number,
  now: () => number = () => performance.now(),
): ViewLimit {
  const counts = new Map<string, Count>()
  return (id) => {
    const at = now()
    let count = counts.get(id)
    if (count === undefined || at - count.since >= MINUTE) {
      count = { since: at, views: 0 }
      // The oldest is the first.
      counts.delete(id)
      counts.set(id, count)
      const [oldest] = counts.keys()
      if (counts.size > COUNTED && oldest !== undefined) counts.delete(oldest)
    }
    count.views++
    if (count.views > perMinute) throw tooMany(count.since + MINUTE - at)
  }
}

function tooMany(milliseconds: number): MailProfileError {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000))
  return new MailProfileError('too_many_requests', 'This link is looked at too often.', {
    hint: `Try again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}.`,
    retryAfter,
  })
}
