import { MailProfileError } from '../errors.js'

/** What a JSON object holds, with every key known. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * A JSON object whose keys are all known.
 *
 * @param path where it stands in the input: `incoming`, or empty for the whole
 * @throws MailProfileError `invalid_account` that names a key which is not known
 */
export function parseFields(value: unknown, path: string, known: ReadonlySet<string>): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MailProfileError('invalid_account', `${path || 'The account'} has to be an object.`, {
      field: path,
    })
  }
  for (const key of Object.keys(value)) {
    if (!known.has(key)) {
      const field = join(path, key)
      // The key is input too: it is shown only when it looks like one.
      const shown = /^[\w.-]{1,60}$/.test(field) ? `“${field}”` : 'a key'
      throw new MailProfileError('invalid_account', `The account has ${shown}, which is unknown.`, {
        field: path,
        hint: `Known here: ${[...known].join(', ')}.`,
      })
    }
  }
  return value as Fields
}

/** The name of a value inside an object, for errors: `incoming.port`. */
export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

/**
 * One of a list of words.
 *
 * @throws MailProfileError `invalid_account` that lists them
 */
export function parseWord<T extends string>(value: unknown, field: string, words: readonly T[]): T {
  const found = words.find((word) => word === value)
  if (found === undefined) {
    throw new MailProfileError(
      'invalid_account',
      `${field} has to be one of ${words.join(', ')}.`,
      {
        field,
      },
    )
  }
  return found
}
