import { MailProfileError } from '../../errors.js'
import { COLUMN_NAMES, comparable, FIELDS, type Field } from './fields.js'

/** Which column of a list is which field; those that are none are by their own names. */
export interface Columns {
  /** The columns' names as they stand, in order. */
  readonly names: readonly string[]
  readonly fields: ReadonlyMap<Field, string>
}

/** The operator's own words for it: `FIELD=COLUMN`. */
export type NamedColumns = ReadonlyMap<Field, string>

const RANKS = ranks()

/**
 * Finds the fields among columns, kindly.
 *
 * @param named columns that the operator names, which win
 * @throws MailProfileError `invalid_request` where no column has the addresses, or it is not clear which
 */
export function findColumns(names: readonly string[], named: NamedColumns = new Map()): Columns {
  const fields = new Map<Field, string>()
  for (const [field, column] of named) {
    const found = names.find((name) => comparable(name) === comparable(column))
    if (found === undefined) {
      throw new MailProfileError('invalid_request', `The list has no column “${column}”.`, {
        hint: `Its columns are ${quoted(names)}.`,
        field: 'column',
      })
    }
    fields.set(field, found)
  }
  const free = names.filter((name) => ![...fields.values()].includes(name))
  for (const field of FIELDS) {
    if (fields.has(field)) continue
    const best = bestOf(free, field)
    if (best !== undefined) fields.set(field, best)
  }
  if (!fields.has('address')) {
    throw new MailProfileError('invalid_request', 'The first line names no column of addresses.', {
      hint: `Call it “address”, or say which it is: --column "address=…". The columns are ${quoted(names)}.`,
      field: 'address',
    })
  }
  return { names, fields }
}

function bestOf(names: readonly string[], field: Field): string | undefined {
  const ranked = names.flatMap((name) => {
    const found = RANKS.get(comparable(name))
    return found?.field === field ? [{ name, rank: found.rank }] : []
  })
  const [first, second] = ranked.sort((a, b) => a.rank - b.rank)
  // The same name twice says nothing of which is meant.
  if (second !== undefined && comparable(second.name) === comparable(first?.name ?? '')) {
    throw new MailProfileError('invalid_request', `Two columns are called “${second.name}”.`, {
      hint: 'Rename one of them.',
      field,
    })
  }
  return first?.name
}

function ranks(): ReadonlyMap<string, { readonly field: Field; readonly rank: number }> {
  const all = new Map<string, { field: Field; rank: number }>()
  for (const field of FIELDS) {
    for (const [rank, name] of [field, ...COLUMN_NAMES[field]].entries()) {
      const key = comparable(name)
      // “address” is the first name of its field only where nothing names mail.
      if (!all.has(key)) all.set(key, { field, rank: name === 'address' ? 1000 : rank })
    }
  }
  return all
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ')
}
