import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'

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
  throw new MailProfileError('invalid_request', say('errors.value.language', { field }), { field })
}
