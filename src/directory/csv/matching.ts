import { MailProfileError } from '../../errors.js'
import { EVERYBODY, type RawPerson } from '../source.js'

/**
 * Whom a filter means in a table: `*` everybody, `COLUMN=VALUE` all who have that in the column. Letter case and
 * spaces around do not count.
 *
 * @throws MailProfileError `invalid_request` for another filter, and, from what is returned, for a column that is not
 *   there
 */
export function matching(
  filter: string,
): (person: RawPerson, columns: readonly string[]) => boolean {
  if (filter === EVERYBODY) return () => true
  const at = filter.indexOf('=')
  if (at < 1) {
    throw new MailProfileError(
      'invalid_request',
      'The filter for the directory is no COLUMN=VALUE.',
      {
        hint: "Write it as department=Sales, or '*' for everybody.",
        field: 'directory',
      },
    )
  }
  const column = comparable(filter.slice(0, at))
  const value = comparable(filter.slice(at + 1))
  return (person, columns) => {
    if (!columns.includes(column)) {
      throw new MailProfileError('invalid_request', `The directory has no column “${column}”.`, {
        hint: `Its columns are ${columns.map((name) => `“${name}”`).join(', ')}.`,
        field: 'directory',
      })
    }
    const cell = person.get(column)
    return typeof cell === 'string' && comparable(cell) === value
  }
}

function comparable(text: string): string {
  return text.trim().normalize('NFC').toLowerCase()
}
