import { MailProfileError, type ErrorCode } from '../../errors.js'
import type { EndState, InvitationRecord } from '../../invitations/record.js'
import { english, ENGLISH } from '../../messages/english.js'
import { createFormats } from '../../messages/formats.js'
import { say } from '../../messages/text.js'
import type { InvitationEndedView } from '../pages/views.js'

/** Whom people call. */
export interface Offerer {
  /** Who offers the pages, as people see it. */
  readonly offeredBy: string
  /** In words: a telephone number, an address. */
  readonly contact: string | undefined
}

// Pages say it in the language of whoever asks; this is for programs.
const ENGLISH_FORMATS = createFormats(ENGLISH)

const CODES: Readonly<Record<EndState, ErrorCode>> = {
  spent: 'invitation_spent',
  expired: 'invitation_expired',
  revoked: 'invitation_revoked',
}

/** That an invitation has ended: for whoever holds its true link. */
export interface InvitationEnd {
  readonly error: MailProfileError
  readonly view: Omit<InvitationEndedView, 'status'>
}

/**
 * What the holder of a true link is told once it has ended: how, when it was first used, and whom to
 * call if that was somebody else. A thief must not look like a typing error.
 */
export function invitationEnd(
  { contact, offeredBy }: Offerer,
  { openedAt }: InvitationRecord,
  state: EndState,
): InvitationEnd {
  const whom = contact === undefined ? `Ask ${offeredBy}` : `Call ${offeredBy} (${contact})`
  const hint =
    openedAt === undefined
      ? `It was never used. ${whom} for a new one.`
      : `It was first used on ${ENGLISH_FORMATS.time(openedAt, 'dateTime')}. If that was somebody else, ` +
        `tell ${offeredBy} at once${contact === undefined ? '' : `: ${contact}`}.`
  const errorCode = CODES[state]
  return {
    error: new MailProfileError(errorCode, `${english(say(`ended.${state}.title`))}.`, { hint }),
    view: { state, openedAt, errorCode },
  }
}
