import { queryValues } from '../../encoding/uri.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'

const MAX_VALUE_LENGTH = 2000

/** A request, or whatever else has the parameters of one. */
export interface WithQuery {
  /** With its query, after a question mark. */
  readonly originalUrl: string
}

/** The fields of a form (`application/x-www-form-urlencoded`), which are written as a query is. */
export function formFields(body: string): WithQuery {
  return { originalUrl: `?${body}` }
}

/**
 * The value of one query parameter. Parameters that nobody asks for are ignored: links get
 * `utm_source` and the like on their way.
 *
 * @returns undefined when it is absent, or empty as an unfilled field of a form is
 * @throws MailProfileError `invalid_request` when it is there twice or cannot be decoded
 */
export function queryParameter(request: WithQuery, name: string): string | undefined {
  const values = valuesOf(request, name)
  if (values.length > 1) throw givenTwice(name)
  const [value] = values
  if (value !== undefined && value.length > MAX_VALUE_LENGTH) {
    const message = say('errors.http.valueTooLong', { field: name })
    throw new MailProfileError('too_large', message, { field: name })
  }
  return value === '' ? undefined : value
}

/**
 * Whether a query parameter is there, with whatever value.
 *
 * @throws MailProfileError `invalid_request` when it is there twice or cannot be decoded
 */
export function hasQueryParameter(request: WithQuery, name: string): boolean {
  const { length } = valuesOf(request, name)
  if (length > 1) throw givenTwice(name)
  return length === 1
}

function valuesOf({ originalUrl }: WithQuery, name: string): string[] {
  const question = originalUrl.indexOf('?')
  if (question < 0) return []
  try {
    return queryValues(originalUrl.slice(question + 1), name)
  } catch (cause) {
    throw new MailProfileError(
      'invalid_request',
      say('errors.http.valueDamaged', { field: name }),
      {
        field: name,
        cause,
      },
    )
  }
}

function givenTwice(name: string): MailProfileError {
  const sentence = say('errors.http.givenTwice', { field: name })
  return new MailProfileError('invalid_request', sentence, { field: name })
}
