import type { Attributes } from './person.js'
import type { DirectorySource, RawPerson } from './source.js'
import { DirectoryTrouble } from './trouble.js'

/**
 * Looks whether a table has what is asked of it. A row has all columns of its table: one that is not there for
 * this person is there for nobody, and people would go without their names and nobody would know why.
 *
 * @param columns in lower case
 * @param named those of the attributes that the operator names; the usual ones need not all be there
 * @throws DirectoryTrouble
 */
export function requireColumns(
  columns: readonly string[],
  attributes: Attributes,
  named: { readonly [P in keyof Attributes]?: Attributes[P] | undefined } = {},
): void {
  const isThere = (name: string) => columns.includes(name.toLowerCase())
  for (const [field, names] of Object.entries(named)) {
    if (names === undefined || names.length === 0 || names.some(isThere)) continue
    throw new DirectoryTrouble(
      `It has no column ${names.join(' or ')}, which directory.attributes.${field} names.`,
    )
  }
  const all = Object.values(attributes).flat() as readonly string[]
  if (all.length > 0 && !all.some(isThere)) {
    throw new DirectoryTrouble(`It has none of the columns ${all.join(', ')}.`)
  }
}

/**
 * Looks whether a list has addresses.
 *
 * @param columns in lower case
 * @throws DirectoryTrouble
 */
export function requireAddress(columns: readonly string[], addresses: readonly string[]): void {
  if (addresses.some((name) => columns.includes(name.toLowerCase()))) return
  throw new DirectoryTrouble(`Its list has no column ${addresses.join(' or ')}.`, {
    hint: `Its columns are ${columns.join(', ')}: name one with “as ${addresses[0] ?? ''}”, or name it in directory.attributes.address.`,
  })
}

type LookAt = (columns: readonly string[]) => void

/** A source of which all that it answers is looked at: by its columns, in lower case. */
export function withColumns(
  source: DirectorySource,
  look: { readonly ask: LookAt; readonly list: LookAt },
): DirectorySource {
  return {
    async ask(address, signal) {
      const found = await source.ask(address, signal)
      for (const row of found) look.ask([...row.keys()])
      return found
    },
    async *list(question) {
      // One statement has the same columns in all rows.
      let isLookedAt = false
      for await (const piece of source.list(question)) {
        const first = piece.find(
          (entry): entry is RawPerson => !(entry instanceof DirectoryTrouble),
        )
        if (first !== undefined && !isLookedAt) {
          look.list([...first.keys()])
          isLookedAt = true
        }
        yield piece
      }
    },
    close: () => source.close(),
  }
}
