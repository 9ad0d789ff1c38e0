import { FILTER_PLACEHOLDER } from '../../account/placeholders.js'
import { MailProfileError } from '../../errors.js'
import { EVERYBODY } from '../source.js'

/** A statement and its parameters. */
export interface BoundStatement {
  readonly text: string
  readonly values: readonly string[]
}

/** How many rows are asked for at once. */
export const PIECE = 200

const EXAMPLE =
  "select address, name, username, language from people where %FILTER% in ('*', department) order by address"

/**
 * The operator's statement that lists people, in which the filter is a parameter: nothing of it becomes text.
 *
 * @param mark as of `prepareStatement`
 * @throws MailProfileError `invalid_configuration` where there is none; `invalid_request` for a filter to which the
 *   statement would not listen
 */
export function listStatement(
  list: string | undefined,
  mark: (place: number) => string,
  filter: string,
): BoundStatement {
  if (list === undefined) {
    throw new MailProfileError(
      'invalid_configuration',
      'The directory has no statement that lists people: set directory.sql.list.',
      { hint: `For example: ${EXAMPLE}`, field: 'directory.sql.list' },
    )
  }
  const values: string[] = []
  const text = list.replace(FILTER_PLACEHOLDER, () => mark(values.push(filter)))
  if (values.length === 0 && filter !== EVERYBODY) {
    throw new MailProfileError(
      'invalid_request',
      'The statement in directory.sql.list has no %FILTER%, so it lists everybody.',
      {
        hint: `Ask for everybody, with '*', or write %FILTER% into it: ${EXAMPLE}`,
        field: 'directory',
      },
    )
  }
  return { text, values }
}
