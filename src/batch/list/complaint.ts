import { MailProfileError, sentencesOf } from '../../errors.js'

/** Why a line of a list is rejected. */
export interface Complaint {
  /** As `MailProfileError` has them. */
  readonly errorCode: string
  /** Sentences for the operator, without anything of the line itself. */
  readonly reason: string
}

export function complaint(reason: string): Complaint {
  return { errorCode: 'invalid_request', reason }
}

/** What an error says of a line; anything but a `MailProfileError` is thrown on. */
export function complaintOf(error: unknown): Complaint {
  if (!(error instanceof MailProfileError)) throw error
  return { errorCode: error.code, reason: sentencesOf(error) }
}
