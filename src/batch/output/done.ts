/** What has been done for a row, now or before. */
export interface Done {
  /** The files that were made, from the output folder, by the ids of their formats. */
  readonly files: Readonly<Record<string, string>>
  readonly invitation?: DoneInvitation
  readonly mail?: MailState
  /** Why it was not sent, or may not have been. */
  readonly mailTrouble?: string | undefined
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
 * `failed`: it was not taken, and is tried again by the next run; `uncertain`: it may have been taken, and is not sent
 * again by itself.
 */
export const MAIL_STATES = ['sent', 'failed', 'uncertain'] as const
export type MailState = (typeof MAIL_STATES)[number]

export const NOTHING: Done = { files: {} }

/** The same for somebody for whom another invitation is to be made. */
export function withoutInvitation({ files, mail, mailTrouble, letter }: Done): Done {
  return {
    files,
    ...(mail === undefined ? {} : { mail, mailTrouble }),
    ...(letter === undefined ? {} : { letter }),
  }
}
