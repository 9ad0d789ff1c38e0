import { orAborted } from '../waiting.js'
import type { Asker } from './catalogue-directory.js'
import { deadline } from './deadline.js'
import type { Network } from './network.js'
import { NOT_FOUND_FOR, silentFor } from './silence.js'
import { TimedCache } from '../timed-cache.js'
import { createLimit } from './work-limit.js'

const MAX_NAMES_KEPT = 10_000
const TIMEOUT = 4000
const MAX_AT_ONCE = 32
const MAX_AT_ONCE_FOR_CLIENT = MAX_AT_ONCE / 4

/** What the DNS says of a name; undefined where it says nothing. */
export type DnsQuestion<T> = (
  name: string,
  network: Network,
  asker: Asker,
) => Promise<T | undefined>

interface Answer<T> {
  readonly answer: T | undefined
  /** How often in a row nobody answered. */
  readonly silences: number
}

/**
 * Asks the DNS and keeps the answer for a while; each client has a share of the questions. Where the name
 * servers do not answer there is nothing, for a shorter while.
 *
 * @param now milliseconds
 */
export function createDnsQuestion<T>(
  now: () => number,
  look: (name: string, network: Network) => Promise<T | undefined>,
): DnsQuestion<T> {
  const limit = createLimit({ most: MAX_AT_ONCE, mostForClient: MAX_AT_ONCE_FOR_CLIENT })
  const cache = new TimedCache<Answer<T>>({
    max: MAX_NAMES_KEPT,
    keep: ({ silences }) => (silences > 0 ? silentFor(silences) : NOT_FOUND_FOR),
    now,
  })
  const ask = async (name: string, network: Network) => {
    const { signal, end } = deadline(TIMEOUT)
    try {
      return await orAborted(look(name, network), signal)
    } finally {
      end()
    }
  }
  return async (name, network, { client, signal }) => {
    const find = (before: Answer<T> | undefined): Promise<Answer<T>> =>
      ask(name, network).then(
        (answer) => ({ answer, silences: 0 }),
        () => ({ answer: undefined, silences: (before?.silences ?? 0) + 1 }),
      )
    const { answer } = await limit(() => cache.get(name, find), {
      client,
      signal,
      elsewhere: () => cache.peek(name),
    })
    return answer
  }
}
