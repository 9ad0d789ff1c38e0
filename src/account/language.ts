import { MailProfileError } from '../errors.js'

// RFC 5646 section 4.4.1.
const MAX_LENGTH = 35

/**
 * The tag of a language in its canonical form: `de-CH` for `de-ch` (RFC 5646).
 *
 * @throws MailProfileError `invalid_request`
 */
export function parseLanguage(value: string, field = 'language'): string {
  try {
    const [tag] = value.length > MAX_LENGTH ? [] : Intl.getCanonicalLocales(value)
    if (tag !== undefined) return tag
  } catch {
    // Said below.
  }
  throw new MailProfileError(
    'invalid_request',
    `The value of ${field} has to be the tag of a language, such as en or de-CH.`,
    { field },
  )
}
