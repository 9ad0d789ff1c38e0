import type { Attributes } from './person.js'
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
