import { findColumns, type Columns, type NamedColumns } from '../../batch/list/columns.js'
import { comparable, type Field } from '../../batch/list/fields.js'
import { MailProfileError } from '../../errors.js'

// A directory has said these itself, whatever else may be called so.
export const OWN_COLUMNS = ['address', 'name', 'username', 'language'] as const
// A password in a directory is not meant for files and letters.
const SECRET: readonly Field[] = ['password', 'outgoingPassword']
// People have the same columns, or a few sets of them.
const MAX_SETS = 100
const MAX_NAMES = 1000

/** Which columns of listed people are which field, where not everybody has the same ones. */
export class ListedColumns {
  readonly #named: NamedColumns
  readonly #sets = new Map<string, Columns>()
  readonly #names = new Set<string>()

  constructor(named: NamedColumns) {
    this.#named = named
  }

  /** Notes what somebody has. */
  see(names: readonly string[]): void {
    for (const name of names) if (this.#names.size < MAX_NAMES) this.#names.add(name)
  }

  /**
   * The columns of all.
   *
   * @throws MailProfileError `invalid_request` for one that the operator names and nobody has
   */
  all(): Columns {
    const names = [...this.#names]
    for (const column of this.#named.values()) {
      if (names.some((name) => comparable(name) === comparable(column))) continue
      throw new MailProfileError('invalid_request', `Nobody in the directory has “${column}”.`, {
        hint: `What they have is ${names.map((name) => `“${name}”`).join(', ')}.`,
        field: 'column',
      })
    }
    return this.#find(names.includes('address') ? names : ['address', ...names])
  }

  /** The columns of somebody who has these. */
  of(names: readonly string[]): Columns {
    const key = JSON.stringify(names)
    const known = this.#sets.get(key) ?? this.#find(names)
    if (this.#sets.size < MAX_SETS) this.#sets.set(key, known)
    return known
  }

  #find(names: readonly string[]): Columns {
    const own: readonly Field[] = OWN_COLUMNS.filter((field) => names.includes(field))
    const named = [...this.#named].filter(
      ([field, column]) =>
        !own.includes(field) && names.some((name) => comparable(name) === comparable(column)),
    )
    const all = new Map([...own.map((field) => [field, field] as const), ...named])
    const { fields } = findColumns(names, all)
    const secret = SECRET.map((field) => fields.get(field))
    return {
      names: names.filter((name) => !secret.includes(name)),
      fields: new Map([...fields].filter(([field]) => !SECRET.includes(field))),
    }
  }
}
