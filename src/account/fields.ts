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
    const keys = [...known].join(', ')
    const sentence = wanted(path || 'The account', value, `has to be an object with ${keys}`)
    throw new MailProfileError('invalid_account', sentence, { field: path })
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

/** The sentence about a value that is not what it has to be, or not there. */
export function wanted(field: string, value: unknown, sentence: string): string {
  return value === undefined ? `${field} is missing: it ${sentence}.` : `${field} ${sentence}.`
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
      wanted(field, value, `has to be one of ${words.join(', ')}`),
      { field },
    )
  }
  return found
}
