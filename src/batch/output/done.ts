/** What has been done for a row, now or before. */
export interface Done {
  /** The files that were made, from the output folder, by the ids of their formats. */
  readonly files: Readonly<Record<string, string>>
  readonly invitation?: DoneInvitation
  readonly mail?: MailState
  /** Why it has failed. */
  readonly mailTrouble?: string
  /** Whether its letter is in a file that is whole. */
  readonly letter?: boolean
}

export interface DoneInvitation {
  readonly token: string
  /** The passcode, where one is wanted. */
  readonly code?: string
  /** Absent while it is not known whether the store has it, as are the link and the end. */
  readonly id?: string
  /** For the person. */
  readonly link?: string
  /** RFC 3339. */
  readonly expires?: string
}

/**
 * `sending`: a run ended before the answer came, so it may have been taken, and is not sent again by itself;
 * `failed`: it was refused, and is tried again by the next run.
 */
export const MAIL_STATES = ['sending', 'sent', 'failed'] as const
export type MailState = (typeof MAIL_STATES)[number]

export const NOTHING: Done = { files: {} }
