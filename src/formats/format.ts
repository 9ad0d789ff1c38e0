import type { Account } from '../account/account.js'
import type { ErrorCode } from '../errors.js'

/** What a format can hand over; `mailprofile formats` and the pages show it. */
export type Carried =
  'imap' | 'pop3' | 'smtp' | 'name' | 'passwords' | 'calendar' | 'contacts' | 'root certificate'

/** What rendering may depend on besides the account. */
export interface RenderContext {
  /** Where the setup page of this account is, for formats that link back to it. */
  readonly publicUrl?: string
  /** Who offers the profile, as its reader shows it. */
  readonly organization?: string
  /** BCP 47; only `en` has texts so far. */
  readonly language?: string
}

/** Whether a format can carry an account, or a sentence for the person that says why not. */
export type Support =
  | { readonly supported: true }
  | { readonly supported: false; readonly code: ErrorCode; readonly reason: string }

/**
 * One thing that can be handed over. Code that serves formats reads these properties and never
 * compares ids.
 */
export interface Format {
  readonly id: string
  readonly title: string
  /** Whose devices or programs read it. */
  readonly platform: 'apple' | 'android' | 'any'
  readonly kind: 'file' | 'uri' | 'qr'
  readonly mediaType: string
  readonly carries: readonly Carried[]
  /** Who reads it, in a sentence. */
  readonly readers: string
  /** Whether the rendered text is wrapped in CMS SignedData before it is sent. */
  readonly signed: boolean
  /** Whether `render` needs `context.publicUrl`. */
  readonly needsPublicUrl: boolean
  /** ASCII, safe in a Content-Disposition header and on every file system. */
  fileName(account: Account): string
  /** Whether the rendering of this account holds a password. */
  containsSecret(account: Account): boolean
  support(account: Account): Support
  /** Pure: the same account and context give the same text. Only for accounts it supports. */
  render(account: Account, context: RenderContext): string
  /** Whether some bytes (without their signature, if they had one) look like this format. */
  recognises(bytes: Uint8Array): boolean
  /**
   * What the format's reader would find in the bytes, less their signature.
   *
   * @throws MailProfileError `invalid_profile` when the reader would refuse it
   */
  inspect(bytes: Uint8Array): Promise<Inspection>
}

/** What reading a format back gives. */
export interface Inspection {
  /** Titles with their labelled values, in order. */
  readonly sections: readonly InspectionSection[]
  readonly warnings: readonly string[]
}

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
