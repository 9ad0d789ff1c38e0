import type { Address } from '../account/address.js'
import type { DirectoryTrouble } from './trouble.js'

/** What a source says of somebody, as it came: by what it calls each value, in lower case. */
export type RawPerson = ReadonlyMap<string, unknown>

/** What a source has listed: somebody, or why one entry of it cannot be read. */
export type RawEntry = RawPerson | DirectoryTrouble

/** Whom a source is to list. */
export interface ListQuestion {
  /** In words of the source's own; `EVERYBODY` for all. */
  readonly filter: string
  /** What else is wanted of a person, for sources that give only what they are asked for. */
  readonly also: readonly string[]
  /** Ends the work, and frees all that it holds. */
  readonly signal: AbortSignal
}

/** The filter that leaves nobody out, for every source. */
export const EVERYBODY = '*'

/** One way to list people: LDAP, SQL, a program, a file. */
export interface DirectorySource {
  /**
   * @param address in lower case
   * @param signal ends the work, and frees all that it holds
   * @returns nobody, the one, or two of several: then the address is no one person's
   * @throws anything, when there is no answer
   */
  ask(address: Address, signal: AbortSignal): Promise<readonly RawPerson[]>
  /**
   * Everybody whom a filter means, a few at a time; what is given at once must be little.
   *
   * @throws MailProfileError `invalid_request` for a filter that means nothing, `invalid_configuration` where
   *   something has to be configured first; anything else when the list ends before its end
   */
  list(question: ListQuestion): AsyncIterable<readonly RawEntry[]>
  close(): Promise<void>
}

/** How many answers of a source are read: the second one shows that the address is no one person's. */
export const MAX_ANSWERS = 2

/** What is said, with the names in lower case, as LDAP and SQL do not tell letter case. */
export function rawPerson(entries: Iterable<readonly [string, unknown]>): RawPerson {
  return new Map([...entries].map(([name, value]) => [name.toLowerCase(), value] as const))
}
