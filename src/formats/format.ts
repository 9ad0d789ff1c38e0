import type { Account } from '../account/account.js'
import type { MailService } from '../account/mail-service.js'
import type { ErrorCode } from '../errors.js'
import type { MessageKey, Text } from '../messages/text.js'

/** Whose devices or programs read a format. */
export type Platform = 'apple' | 'android' | 'any'

/** What a format can hand over; `mailprofile formats` and the pages show it. */
export type Carried =
  'imap' | 'pop3' | 'smtp' | 'name' | 'passwords' | 'calendar' | 'contacts' | 'root certificate'

/** An Android app that takes the `intent:` link of `docs/android-intent.md`. */
export interface AndroidIntentTarget {
  /** Its intent filter's action; VIEW by default. */
  readonly action?: string | undefined
  /** Its intent filter's scheme, lower case; `mailprofile` by default. */
  readonly scheme?: string | undefined
  /** The only app that may answer. Chrome and Firefox differ in what they do when it is missing. */
  readonly package?: string | undefined
}

/** What rendering may depend on besides the account. */
export interface RenderContext {
  /** Where the setup page of this account is, for formats that link back to it. */
  readonly publicUrl?: string | undefined
  /** Who offers the profile, as its reader shows it. */
  readonly organization?: string | undefined
  /**
   * BCP 47: what the words of people in it are written in, or in the language that comes nearest; English
   * where there is none.
   */
  readonly language?: string | undefined
  /** The operator's own app. */
  readonly androidIntent?: AndroidIntentTarget | undefined
  /**
   * All that the account's domain offers, for formats that tell about a domain: IMAP and POP3, and
   * every other choice. Without it they tell what the account tells.
   */
  readonly service?: MailService | undefined
  /** The revision of the PACC draft that is served; absent where it is switched off. */
  readonly pacc?: PaccRevision | undefined
  /** False where the operator offers no profiles by which people sign in at their provider. */
  readonly signInProfiles?: boolean | undefined
}

/** The revisions of draft-ietf-mailmaint-pacc that are known here. */
export const PACC_REVISIONS = ['02', '03'] as const
/** Revisions of draft-ietf-mailmaint-pacc: `smtp` became `submit` between them. */
export type PaccRevision = (typeof PACC_REVISIONS)[number]

/** Whether a format can carry an account, or a sentence for the person that says why not. */
export type Support =
  | { readonly supported: true }
  | {
      readonly supported: false
      readonly code: ErrorCode
      /** In English, for programs. */
      readonly reason: string
      /** The same for pages, which say it in the language of whoever looks. */
      readonly text: Text
      /** The value that cannot be carried: `incoming.authentication`. */
      readonly field?: string
    }

/** A link that a page shows as a button. */
export interface FormatLink {
  /** What it sets up: calendars and contacts. */
  readonly what: Text
  readonly href: string
}

/**
 * What a format that cannot be without a password has to say about an account that has none: all
 * but the password, which a page's script puts into it on the device.
 */
export interface WithoutPassword<A = Account> {
  /** As `Format.support`, but for the password. */
  readonly support: (account: A) => Support
  /** The link that a page opens: `before`, `&p=` and the password as a URI component, `after`. */
  readonly link: (
    account: A,
    context: RenderContext,
  ) => { readonly before: string; readonly after: string }
}

/** How pages show a format, and what they need for that. */
export interface FormatPage<A = Account> {
  /** Whether it is what devices of its platform are offered before any choice by app. */
  readonly leads?: boolean
  /**
   * Its reader leads people to the sign-in page of their provider: whether that is what a page shows first,
   * or behind the way by hand, because it may be refused.
   */
  readonly signIn?: 'first' | 'second'
  /** The app's own name, by which people choose it on a page. Without one, and not `own`, it is no choice. */
  readonly app?: string
  /** Whether it is for the operator's own app, whose name only the operator knows. */
  readonly own?: boolean
  /** What its app is for; mail by default. */
  readonly reads?: 'mail' | 'calendars'
  /** What a page says above it where it is no choice by app. */
  readonly title?: MessageKey
  /** Whether it is for a person who types the settings, as the page shows them. */
  readonly forTyping?: boolean
  /** Whose devices must not be offered it, because they would take it for something else. */
  readonly notFor?: readonly Platform[]
  /** Error correction of its QR code; M by default. */
  readonly qrLevel?: 'L' | 'M' | 'Q' | 'H'
  /** Whether there is a point in offering it for this account; there is by default. */
  readonly offered?: (account: A, context: RenderContext) => boolean
  /** A URI's links one by one, where a page shows buttons; `render` has them line by line. */
  readonly links?: (account: A, context: RenderContext) => readonly FormatLink[]
  readonly withoutPassword?: WithoutPassword<A>
}

/**
 * One thing that can be handed over. Code that serves formats reads these properties and never
 * compares ids.
 */
export interface Format {
  readonly id: string
  readonly title: string
  readonly platform: Platform
  readonly kind: 'file' | 'uri' | 'qr'
  readonly mediaType: string
  readonly carries: readonly Carried[]
  /** Who reads it, in a sentence. */
  readonly readers: string
  /** Whether the rendered text is wrapped in CMS SignedData before it is sent. */
  readonly signed: boolean
  /** Whether `render` needs `context.publicUrl`. */
  readonly needsPublicUrl: boolean
  /** Without it no page shows the format. */
  readonly page?: FormatPage
  /** ASCII, safe in a Content-Disposition header and on every file system. */
  fileName(account: Account): string
  /** Whether the rendering of this account holds a password. */
  containsSecret(account: Account, context?: RenderContext): boolean
  /** Formats that tell about a domain look at `context.service`. */
  support(account: Account, context?: RenderContext): Support
  /**
   * Pure: the same account and context give the same text. Only for accounts that it supports, or that its
   * `withoutPassword` does: then it renders all but the password.
   */
  render(account: Account, context: RenderContext): string
  /**
   * How its reader makes text of a file, less its signature, where it does not take everything for
   * UTF-8 and replace what is none.
   *
   * @throws MailProfileError `invalid_profile` when the reader would refuse it
   */
  decode?(bytes: Uint8Array): string
  /** Whether a text looks like this format. */
  recognises(text: string): boolean
  /**
   * What the format's reader would find in a text.
   *
   * @throws MailProfileError `invalid_profile` when the reader would refuse it
   */
  inspect(text: string): Promise<Inspection>
}

/** What reading a format back gives. */
export interface Inspection {
  /** Titles with their labelled values, in order. */
  readonly sections: readonly InspectionSection[]
  readonly warnings: readonly string[]
  /** What of a profile is neither mail, nor a calendar, contacts or a certificate. */
  readonly beyondAccounts?: readonly string[]
}

/** A part of what was found in a file: a title, and lines of two columns. */
export interface InspectionSection {
  readonly title: string
  readonly rows: readonly (readonly [label: string, value: string])[]
}

export const SUPPORTED: Support = { supported: true }

/** A file name from an address: everything but letters, digits, dot, dash and underscore is a dash. */
export function safeFileName(text: string, extension: string): string {
  const stem = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 100)
  return `${stem === '' ? 'mail' : stem}.${extension}`
}
