import type { Address } from '../account/address.js'

/** What a directory knows of one person: parsed, and nothing that has to be there. */
export interface Person {
  /** As others see it. */
  readonly name?: string
  /** The log-in of both servers, where it does not follow from the address. */
  readonly username?: string
  /** Other addresses of the same mailbox. */
  readonly aliases: readonly Address[]
  /** BCP 47, canonical. */
  readonly language?: string
}

/** A question about one person. */
export interface PeopleQuestion {
  /** Of whoever waits; the answer is kept for the next one all the same. */
  readonly signal?: AbortSignal | undefined
}

/** Somebody whom a directory lists: what it knows of the person, and all else that it said. */
export interface ListedPerson extends Omit<Person, 'aliases'> {
  readonly address: Address
  /** By names in lower case; texts as they came. */
  readonly others: ReadonlyMap<string, string>
}

/** An entry of a directory: a person, or why there is none. */
export type DirectoryEntry = ListedPerson | { readonly trouble: string }

/** A question about many people. */
export interface ListingOptions {
  /** Ends the list. */
  readonly signal?: AbortSignal | undefined
  /** What else is asked for of each, as the directory calls it; what comes anyway comes without that. */
  readonly also?: readonly string[] | undefined
}

/**
 * Where an operator's people are listed. It is asked for whoever may know: for invitations, by the HTTP
 * interface, on the command line. No answer to a stranger comes from here.
 */
export interface PeopleDirectory {
  /**
   * @returns undefined for an address that is nobody's
   * @throws MailProfileError `directory_unavailable`
   */
  find(address: Address, question?: PeopleQuestion): Promise<Person | undefined>
  /**
   * Everybody whom a filter means, one after the other, in the order of the directory. Nothing of it is kept.
   *
   * @param filter `*` for everybody; else an LDAP filter (RFC 4515), a word for the operator's own statement or
   *   program, `COLUMN=VALUE` for a file
   * @throws MailProfileError `directory_unavailable`, which says why; `invalid_request` for a filter that means
   *   nothing; `invalid_configuration` where something has to be configured first
   */
  list(filter: string, options?: ListingOptions): AsyncIterable<DirectoryEntry>
  /**
   * Asks for somebody who does not exist, whatever is kept.
   *
   * @throws DirectoryTrouble that says what is wrong
   */
  check(): Promise<void>
  /** Ends whatever is asked yet. */
  close(): Promise<void>
}
