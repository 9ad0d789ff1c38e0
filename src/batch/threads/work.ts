import type { InvitedPersonJson } from '../../invitations/person.js'
import type { Complaint } from '../list/complaint.js'

/** What is to be done for one row of a list. */
export interface RowWork {
  readonly person: InvitedPersonJson
  /** The name of its files, without extension. */
  readonly stem: string
  /** The formats that it needs. */
  readonly formats: readonly string[]
}

/** Some rows for a thread; all that it holds can be sent there. */
export interface Work {
  readonly rows: readonly RowWork[]
  /**
   * `write` into the folder of each format, `return` what was made, or `check` only.
   */
  readonly to: 'write' | 'return' | 'check'
  /** Where files of a format are written. */
  readonly folders: Readonly<Record<string, string>>
}

/** The files of a row, or why there are none. */
export type RowDone = { readonly files: readonly DoneFile[] } | { readonly complaint: Complaint }

export interface DoneFile {
  readonly format: string
  readonly name: string
  /** How long it is, where it comes in one piece with others. */
  readonly size?: number
}

/** What was done for the rows of a piece of work, in their order. */
export interface WorkDone {
  readonly rows: readonly RowDone[]
  /** All files that were not written, one after the other. */
  readonly bodies?: Uint8Array<ArrayBuffer>
}
