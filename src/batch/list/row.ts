import type { Complaint } from './complaint.js'
import type { Columns } from './columns.js'

/** A line of a list: what it says, by the names of its columns. */
export interface ListRow {
  /** Where it begins in the list, from 1. */
  readonly line: number
  /** Without those that are empty. */
  readonly cells: ReadonlyMap<string, string>
  readonly columns: Columns
}

/** A line that says nothing that could be used. */
export interface BadRow {
  readonly line: number
  /** Where it can be read. */
  readonly address?: string | undefined
  readonly complaint: Complaint
}

export function isBad(row: ListRow | BadRow): row is BadRow {
  return 'complaint' in row
}
