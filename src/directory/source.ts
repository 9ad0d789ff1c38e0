import type { Address } from '../account/address.js'

/** What a source says of somebody, as it came: by what it calls each value, in lower case. */
export type RawPerson = ReadonlyMap<string, unknown>

/** One way to list people: LDAP, SQL, a program, a file. */
export interface DirectorySource {
  /**
   * @param address in lower case
   * @param signal ends the work, and frees all that it holds
   * @returns nobody, the one, or two of several: then the address is no one person's
   * @throws anything, when there is no answer
   */
  ask(address: Address, signal: AbortSignal): Promise<readonly RawPerson[]>
  close(): Promise<void>
}

/** How many answers of a source are read: the second one shows that the address is no one person's. */
export const MAX_ANSWERS = 2

/** What is said, with the names in lower case, as LDAP and SQL do not tell letter case. */
export function rawPerson(entries: Iterable<readonly [string, unknown]>): RawPerson {
  return new Map([...entries].map(([name, value]) => [name.toLowerCase(), value] as const))
}
