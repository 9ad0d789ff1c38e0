import { foldAddress, parseAddress, type Address } from '../account/address.js'
import { TimedCache } from '../timed-cache.js'
import { orAborted } from '../waiting.js'
import type { PeopleDirectory, Person } from './people-directory.js'
import { parsePerson, type Attributes } from './person.js'
import type { DirectorySource } from './source.js'
import { CLOSED, directoryUnavailable, TOO_LATE, troubleOf } from './trouble.js'

export interface AskedDirectoryOptions {
  readonly attributes: Attributes
  /** Milliseconds for all of a look-up: waiting for a connection, making one, the question itself. */
  readonly timeout: number
  /** How many answers are kept. */
  readonly entries: number
  /** Milliseconds that somebody is known. */
  readonly keep: number
  /** Milliseconds that somebody is known not to be there. */
  readonly keepMissing: number
  /** Milliseconds since whenever. */
  readonly elapsed: () => number
}

// RFC 2606: nobody's.
const NOBODY = parseAddress('nobody@mailprofile.invalid')

/** Asks a source, no longer than allowed, and remembers for a while. */
export function askedDirectory(
  source: DirectorySource,
  options: AskedDirectoryOptions,
): PeopleDirectory {
  const { attributes, timeout, entries, keep, keepMissing, elapsed } = options
  const cache = new TimedCache<Person | undefined>({
    max: entries,
    keep: (person) => (person === undefined ? keepMissing : keep),
    now: elapsed,
  })
  const underWay = new Set<AbortController>()
  const ask = async (address: Address) => {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(TOO_LATE), timeout)
    underWay.add(late)
    try {
      return parsePerson(await orAborted(source.ask(address, late.signal), late.signal), attributes)
    } finally {
      clearTimeout(timer)
      underWay.delete(late)
    }
  }
  return {
    async find(address, { signal } = {}) {
      // Letter case does not make another mailbox, and must not make another answer either.
      const asked = parseAddress(foldAddress(address))
      const answer = cache
        .get(asked, () => ask(asked))
        .catch((error: unknown) => {
          throw directoryUnavailable(error)
        })
      return signal === undefined ? answer : orAborted(answer, signal)
    },
    async check() {
      try {
        await ask(NOBODY)
      } catch (error) {
        throw troubleOf(error)
      }
    },
    close() {
      // Programs, above all, would go on without anybody who ends them.
      for (const late of underWay) late.abort(CLOSED)
      return source.close()
    },
  }
}
