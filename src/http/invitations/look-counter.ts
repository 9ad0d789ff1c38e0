import { say } from '../../messages/text.js'
import { MinuteCounts, tooMany } from '../middleware/minute-counts.js'

/** How many invitations are counted at once, the latest ones. */
const COUNTED = 10_000

/** Counts a look at an invitation; throws MailProfileError `too_many_requests` when they are too many. */
export type CountLook = (id: string) => void

/**
 * Counts how often an invitation is looked at, in this process: a true link counts against no client, and
 * pictures and pages of it cost work. What it gives is counted elsewhere, and never refused by this.
 *
 * @param perMinute of one invitation
 * @param now milliseconds, by what nobody sets
 */
export function createLookCounter(
  perMinute: number,
  now: () => number = () => performance.now(),
): CountLook {
  const counts = new MinuteCounts({ max: COUNTED, most: perMinute, now })
  return (id) => {
    const wait = counts.waitOf(id)
    if (wait !== undefined) throw tooMany(say('errors.http.tooManyLooks'), wait)
    counts.add(id)
  }
}
