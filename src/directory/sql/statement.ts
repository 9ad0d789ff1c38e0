import { expandPlaceholders, PLACEHOLDER } from '../../account/placeholders.js'

/** A query in which every value is a parameter, and what the parameters are for an address. */
export interface Statement {
  readonly text: string
  valuesFor(address: string): string[]
}

/**
 * Makes of a query with Mozilla's placeholders one with the parameters of a database: no address ever
 * becomes part of its text.
 *
 * @param mark how the parameter at a place is written, counted from 1: `$1`, `?`
 */
export function prepareStatement(query: string, mark: (place: number) => string): Statement {
  const placeholders: string[] = []
  const text = query.replace(PLACEHOLDER, (placeholder) => mark(placeholders.push(placeholder)))
  return {
    text,
    valuesFor: (address) => placeholders.map((one) => expandPlaceholders(one, address)),
  }
}
