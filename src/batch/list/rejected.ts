import type { Complaint } from './complaint.js'

/** A row for which nothing can be done. */
export interface Rejected {
  readonly line: number
  /** Where it can be read. */
  readonly address?: string | undefined
  readonly complaint: Complaint
}
