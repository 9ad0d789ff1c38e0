import type { Address } from '../../account/address.js'
import type { DrawnInvitation } from '../../invitations/making.js'
import type { InvitedPerson } from '../../invitations/person.js'
import type { Done, DoneInvitation } from '../output/done.js'
import type { ListEntry } from '../list/entry.js'

/** Makes invitations, for whichever tenant has the domain. */
export interface Inviting {
  draw(address: Address): DrawnInvitation
  /**
   * Makes the invitation that was drawn, unless it is there.
   *
   * @throws MailProfileError `store_unavailable`
   */
  make(
    drawn: DrawnInvitation,
    person: InvitedPerson,
    reference: string | undefined,
  ): Promise<DoneInvitation>
}

/** Sends invitations to second addresses. */
export interface InvitationSending {
  /** @throws MailProfileError for an entry that names none, or one that cannot be used */
  check(entry: ListEntry): void
  /**
   * Sends an invitation, unless it was sent, or may have been, before: whoever keeps invitations knows.
   *
   * @throws MailProfileError `store_unavailable`
   */
  send(entry: ListEntry, person: InvitedPerson, invitation: DoneInvitation): Promise<SentMail>
}

/** What became of sending. */
export interface SentMail extends Required<Pick<Done, 'mail'>>, Pick<Done, 'mailTrouble'> {
  /** Whether nobody knows the invitation any more, so that the next run has to make another one. */
  readonly isGone?: boolean
}

/** Writes letters, in the order in which they come. */
export interface LetterWriting {
  /** @param invitation absent where the letter leads to the setup page */
  add(
    entry: ListEntry,
    person: InvitedPerson,
    invitation: DoneInvitation | undefined,
  ): Promise<void>
  /**
   * Gives the file its name, if a letter is in it.
   *
   * @returns the files that there are now
   */
  finish(): Promise<readonly string[]>
  /** Leaves nothing of it. */
  discard(): Promise<void>
}
