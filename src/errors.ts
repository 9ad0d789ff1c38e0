import { english } from './messages/english.js'
import type { Text } from './messages/text.js'
import type { Translations } from './messages/translated.js'

/**
 * Every way in which mailprofile says no. The codes are part of the public interface: they are
 * what callers, tests and the JSON errors of the HTTP interface compare.
 */
export type ErrorCode =
  | 'invalid_address'
  | 'invalid_host'
  | 'invalid_account'
  | 'invalid_request'
  | 'unsupported_protocol'
  | 'unknown_domain'
  | 'unknown_format'
  | 'not_found'
  | 'method_not_allowed'
  | 'unauthorized'
  | 'forbidden'
  | 'code_required'
  | 'request_timeout'
  | 'idempotency_conflict'
  | 'invitation_spent'
  | 'invitation_expired'
  | 'invitation_revoked'
  | 'too_large'
  | 'misdirected'
  | 'oauth_only'
  | 'confirmation_required'
  | 'too_many_requests'
  | 'unsupported_account'
  | 'internal'
  | 'signing_unavailable'
  | 'store_unavailable'
  | 'directory_unavailable'
  | 'delivery_failed'
  | 'delivery_unavailable'
  | 'delivery_uncertain'
  | 'overloaded'
  | 'invalid_configuration'
  | 'invalid_autoconfig'
  | 'invalid_profile'
  | 'invalid_backup'
  | 'invalid_signature'
  | 'signing_identity_required'
  | 'base_url_required'
  | 'certificate_expired'
  | 'certificate_mismatch'
  | 'unsupported_key'
  | 'port_in_use'
  | 'file_error'
  | 'program_missing'
  | 'dns_update_failed'

/** What an error says besides its sentence. */
export interface MailProfileErrorOptions {
  /** What to do about it, when the sentence itself does not say so. */
  readonly hint?: string | Text | Translations | undefined
  /** The part of the input that is wrong: `incoming.port`, `address`, `signing.key`. */
  readonly field?: string | undefined
  /** A page that helps the person, such as the provider's own. */
  readonly helpUrl?: string | undefined
  /** What was probably meant by the part that is wrong: for an unknown domain, one that is known. */
  readonly suggestion?: string | undefined
  /** After how many seconds it is worth trying again. */
  readonly retryAfter?: number | undefined
  readonly cause?: unknown
}

/** What an error says, as far as pages can say it in another language. */
export interface ErrorTexts {
  readonly message?: Text | Translations
  readonly hint?: Text | Translations
}

/**
 * The one error class. The message and the hint are English, which is what logs, programs and the command
 * line get; whoever shows a page finds in `texts` what there is in every language. The message is a sentence for a person and never holds an address, a
 * password or a token, because messages reach logs.
 *
 * @example
 * ```ts
 * import { loadCatalogue, MailProfileError } from 'mailprofile'
 *
 * const catalogue = await loadCatalogue()
 * try {
 *   catalogue.account('ann@example.net')
 * } catch (error) {
 *   if (!(error instanceof MailProfileError)) throw error
 *   console.log(error.code) // unknown_domain
 * }
 * ```
 */
export class MailProfileError extends Error {
  override readonly name = 'MailProfileError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly field: string | undefined
  readonly helpUrl: string | undefined
  readonly suggestion: string | undefined
  readonly retryAfter: number | undefined
  readonly #texts: ErrorTexts

  constructor(
    code: ErrorCode,
    message: string | Text | Translations,
    options: MailProfileErrorOptions = {},
  ) {
    super(english(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint === undefined ? undefined : english(options.hint)
    this.field = options.field
    this.helpUrl = options.helpUrl
    this.suggestion = options.suggestion
    this.retryAfter = options.retryAfter
    this.#texts = {
      ...(typeof message === 'string' ? {} : { message }),
      ...(typeof options.hint === 'object' ? { hint: options.hint } : {}),
    }
  }

  /** Not among its own properties, which a log or JSON would write out. */
  get texts(): ErrorTexts {
    return this.#texts
  }
}

/** What an error says, and what to do about it, in sentences one after the other. */
export function sentencesOf({ message, hint }: MailProfileError): string {
  return hint === undefined ? message : `${message} ${hint}`
}
