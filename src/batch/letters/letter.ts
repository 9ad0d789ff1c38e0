/** One person's letter. What stands in it may be anything: it is cleaned, and what is too long is cut. */
export interface Letter {
  /** The mailbox, such as jörg@example.com. */
  readonly address: string
  readonly name?: string | undefined
  /** Of the invitation, or of the setup page: as a QR code, and as text to type. */
  readonly url: string
  /** Whether that is a link for this person alone, which ends. */
  readonly isInvitation: boolean
  readonly expiresAt?: Date | undefined
  /** Six digits. */
  readonly passcode?: string | undefined
  /** BCP 47; by default that of the options. */
  readonly language?: string | undefined
  /** Lines for the window of the envelope; by default the name. */
  readonly postal?: readonly string[] | undefined
  /** Free columns of the list, for the operator's own templates. */
  readonly fields?: ReadonlyMap<string, string> | undefined
}

/** Who writes, and how that looks. */
export interface LetterBranding {
  /** Who offers the mailboxes. */
  readonly operator: string
  /** `#rrggbb`, readable on white. */
  readonly color?: string | undefined
  /** An SVG or a PNG that `parseLogo` let through. */
  readonly logo?: { readonly body: Uint8Array } | undefined
  /** Whom to ask, as it is read: a telephone number, a mail address, a web address. */
  readonly contact?: string | undefined
}

/** What became of one letter. */
export interface AddedLetter {
  /** Characters that no font has; a box stands for each. */
  readonly missing: readonly string[]
}

/** A PDF that letters are added to, one after the other. */
export interface Letters {
  /**
   * Resolves when there is room for the next.
   *
   * @throws MailProfileError `too_large` for a link that no QR code holds, `invalid_configuration` for a
   *   template that makes no letter; the file goes on without this one
   */
  readonly add: (letter: Letter) => Promise<AddedLetter>
  /** Resolves when all of it is written. */
  readonly end: () => Promise<void>
}
