import { foldAddress, parseAddress, type Address } from '../account/address.js'
import { MailProfileError } from '../errors.js'
import { TimedCache } from '../timed-cache.js'
import { orAborted } from '../waiting.js'
import type { PeopleDirectory, Person } from './people-directory.js'
import { parseListed } from './parse-listed.js'
import { parsePerson, type ListedAttributes } from './person.js'
import type { DirectorySource } from './source.js'
import {
  CLOSED,
  DirectoryTrouble,
  directoryUnavailable,
  listUnavailable,
  TOO_LATE,
  troubleOf,
} from './trouble.js'

export interface AskedDirectoryOptions {
  readonly attributes: ListedAttributes
  /**
   * Milliseconds for all of a look-up: waiting for a connection, making one, the question itself; and for each
   * piece of a list.
   */
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

/** How many entries a list has at most: a program or a server may go on for ever. */
const MOST_LISTED = 1_000_000
// RFC 2606: nobody's.
const NOBODY = parseAddress('nobody@mailprofile.invalid')

const TOO_LATE_FOR_A_LIST = new DirectoryTrouble(TOO_LATE.message, {
  hint: 'Each part of a list may take directory.timeout seconds, 30 at most.',
})

const TOO_MANY = new DirectoryTrouble(`It lists more than ${MOST_LISTED} people.`, {
  hint: 'Ask for parts by a filter.',
})

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
    async *list(filter, { signal, also = [] } = {}) {
      const late = new AbortController()
      const either = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal])
      let count = 0
      underWay.add(late)
      const pieces = source.list({ filter, also, signal: either })[Symbol.asyncIterator]()
      try {
        for (;;) {
          const timer = setTimeout(() => late.abort(TOO_LATE_FOR_A_LIST), timeout)
          const piece = await orAborted(pieces.next(), either).finally(() => clearTimeout(timer))
          if (piece.done === true) return
          count += piece.value.length
          if (count > MOST_LISTED) throw TOO_MANY
          for (const raw of piece.value) yield parseListed(raw, attributes)
        }
      } catch (error) {
        signal?.throwIfAborted()
        throw error instanceof MailProfileError ? error : listUnavailable(error)
      } finally {
        // Whoever wants no more, too.
        late.abort(CLOSED)
        underWay.delete(late)
        pieces.return?.().catch(() => undefined)
      }
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
