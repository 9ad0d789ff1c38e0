import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'

// RFC 5646 section 4.4.1.
const MAX_LENGTH = 35
// Section 2.2.1 allows up to eight letters for a language, but only names of two and three were ever registered; longer
// ones are words such as “Deutsch”.
const LANGUAGE = /^[a-z]{2,3}(?:-|$)/i

/**
 * The tag of a language in its canonical form: `de-CH` for `de-ch` (RFC 5646).
 *
 * @throws MailProfileError `invalid_request`
 */
export function parseLanguage(value: string, field = 'language'): string {
  try {
    const [tag] = isTag(value) ? Intl.getCanonicalLocales(value) : []
    if (tag !== undefined) return tag
  } catch {
    // Said below.
  }
  throw new MailProfileError('invalid_request', say('errors.value.language', { field }), { field })
}

function isTag(value: string): boolean {
  return value.length <= MAX_LENGTH && LANGUAGE.test(value)
}
