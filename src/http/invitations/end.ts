import { MailProfileError, type ErrorCode } from '../../errors.js'
import type { EndState, InvitationRecord } from '../../invitations/record.js'
import { timeView } from './time-view.js'
import type { InvitationEndedView } from '../pages/views.js'

/** Whom people call. */
export interface Offerer {
  /** Who offers the pages, as people see it. */
  readonly offeredBy: string
  /** In words: a telephone number, an address. */
  readonly contact: string | undefined
}

interface End {
  readonly errorCode: ErrorCode
  readonly title: string
  readonly message: string
}

const ENDS: Readonly<Record<EndState, End>> = {
  spent: {
    errorCode: 'invitation_spent',
    title: 'This link has been used',
    message: 'All that it could give has been fetched, or the time for that is over.',
  },
  expired: {
    errorCode: 'invitation_expired',
    title: 'This link has expired',
    message: 'Its time is over, so it leads nowhere any more.',
  },
  revoked: {
    errorCode: 'invitation_revoked',
    title: 'This link was withdrawn',
    message: 'Whoever made it has ended it, so it leads nowhere any more.',
  },
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
  const { errorCode, title, message } = ENDS[state]
  const opened = openedAt === undefined ? undefined : timeView(openedAt)
  const whom = contact === undefined ? `Ask ${offeredBy}` : `Call ${offeredBy} (${contact})`
  const hint =
    opened === undefined
      ? `It was never used. ${whom} for a new one.`
      : `It was first used on ${opened.text}. If that was somebody else, tell ${offeredBy} at once` +
        `${contact === undefined ? '' : `: ${contact}`}.`
  return {
    error: new MailProfileError(errorCode, `${title}.`, { hint }),
    view: { title, message, openedAt: opened, errorCode },
  }
}
