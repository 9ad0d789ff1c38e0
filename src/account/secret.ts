import { inspect } from 'node:util'
import { MAX_CREDENTIAL_LENGTH, parseText } from './text.js'

const HIDDEN = '[secret]'

/**
 * A password. It prints, serialises and inspects as `[secret]`; only `reveal` gives it away. Any text makes one:
 * what is no password is refused where it is put into an account or an invitation.
 *
 * @example
 * ```ts
 * import { Secret } from 'mailprofile'
 *
 * const password = new Secret('of Ann')
 * console.log(JSON.stringify({ password })) // {"password":"[secret]"}
 * console.log(password.reveal()) // of Ann
 * ```
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The password itself. */
  reveal(): string {
    return this.#value
  }

  /** Never the password. */
  toString(): string {
    return HIDDEN
  }

  /** Never the password. */
  toJSON(): string {
    return HIDDEN
  }

  /** Never the password: what `console.log` shows. */
  [inspect.custom](): string {
    return HIDDEN
  }
}

/**
 * A password as somebody typed it, or as a program made a `Secret` of anything.
 *
 * @throws MailProfileError `invalid_account` when it is empty, over-long or not printable
 */
export function parseSecret(value: unknown, field = 'password'): Secret {
  const text = value instanceof Secret ? value.reveal() : value
  const parsed = parseText(text, field, MAX_CREDENTIAL_LENGTH)
  return value instanceof Secret ? value : new Secret(parsed)
}
