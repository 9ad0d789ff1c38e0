import { MailProfileError, type ErrorCode } from '../errors.js'
import { say } from '../messages/text.js'

/** The longest name of a person or an account, in code points. */
export const MAX_NAME_LENGTH = 200
/** The longest user name and password that are accepted, in code points. */
export const MAX_CREDENTIAL_LENGTH = 512

// C0 and C1 controls (Cc), unpaired surrogates (Cs), and the two noncharacters that XML 1.0
// section 2.2 leaves out of its Char production.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u

/** Whether a text can stand in every format: no control characters, no lone surrogates. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text)
}

/**
 * A single line of text from outside: not empty, printable, and not over-long.
 *
 * @param field the name of the value in the input, for the error
 * @param limit the greatest length in code points
 * @throws MailProfileError with the given code, `invalid_account` by default
 */
export function parseText(
  value: unknown,
  field: string,
  limit: number,
  code: ErrorCode = 'invalid_account',
): string {
  if (typeof value !== 'string') {
    throw new MailProfileError(code, say('errors.value.notText', { field }), { field })
  }
  if (value === '') {
    throw new MailProfileError(code, say('errors.value.empty', { field }), { field })
  }
  // A string never has more code points than UTF-16 units, so most texts need no counting.
  if (value.length > limit && Array.from(value).length > limit) {
    throw new MailProfileError(code, say('errors.value.tooLong', { field, limit }), { field })
  }
  if (!isPrintable(value)) {
    throw new MailProfileError(code, say('errors.value.broken', { field }), { field })
  }
  return value
}
