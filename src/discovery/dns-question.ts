import { deadline, orAborted } from './abort.js'
import type { Network } from './network.js'
import { TimedCache } from './timed-cache.js'
import { createLimit } from './work-limit.js'

const SECOND = 1000
const KEPT_FOR = 10 * 60 * SECOND
/** The network's fault, not the domain's. */
const NOT_REACHED_FOR = 30 * SECOND
const MAX_NAMES_KEPT = 10_000
const TIMEOUT = 4 * SECOND
const MAX_AT_ONCE = 32

/** What the DNS says of a name; undefined where it says nothing. */
export type DnsQuestion<T> = (name: string, network: Network) => Promise<T | undefined>

/**
 * Asks the DNS and keeps the answer for a while. Where the name servers do not answer there is nothing,
 * for a shorter while.
 *
 * @param now milliseconds
 */
export function createDnsQuestion<T>(
  now: () => number,
  look: (name: string, network: Network) => Promise<T | undefined>,
): DnsQuestion<T> {
  const limit = createLimit(MAX_AT_ONCE)
  const cache = new TimedCache<{ readonly answer: T | undefined; readonly failed: boolean }>({
    max: MAX_NAMES_KEPT,
    keep: ({ failed }) => (failed ? NOT_REACHED_FOR : KEPT_FOR),
    now,
  })
  const ask: DnsQuestion<T> = async (name, network) => {
    const { signal, end } = deadline(TIMEOUT)
    try {
      return await orAborted(look(name, network), signal)
    } finally {
      end()
    }
  }
  return async (name, network) => {
    const { answer } = await cache.get(name, () =>
      limit(() =>
        ask(name, network).then(
          (found) => ({ answer: found, failed: false }),
          () => ({ answer: undefined, failed: true }),
        ),
      ),
    )
    return answer
  }
}
