import { inspect } from 'node:util'
import { MAX_CREDENTIAL_LENGTH, parseText } from './text.js'

const HIDDEN = '[secret]'

/**
 * A password. It prints, serialises and inspects as `[secret]`; only `reveal` gives it away.
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
 * @throws MailProfileError `invalid_account` when it is empty, over-long or not printable
 */
export function parseSecret(value: unknown, field = 'password'): Secret {
  if (value instanceof Secret) return value
  return new Secret(parseText(value, field, MAX_CREDENTIAL_LENGTH))
}
