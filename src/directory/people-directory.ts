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
   * Asks for somebody who does not exist, whatever is kept.
   *
   * @throws DirectoryTrouble that says what is wrong
   */
  check(): Promise<void>
  /** Ends whatever is asked yet. */
  close(): Promise<void>
}
