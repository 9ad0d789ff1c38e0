/** What became of the rows of a list, or would. */
export interface BatchCounts {
  /** All that were looked at. */
  rows: number
  /** Those for which there was nothing to do, because an earlier run had done it. */
  unchanged: number
  rejected: number
  files: number
  invitations: number
  letters: number
  mails: number
  /** Whether somebody wanted it to stop before the end of the list. */
  stopped: boolean
}

export function noCounts(): BatchCounts {
  return {
    rows: 0,
    unchanged: 0,
    rejected: 0,
    files: 0,
    invitations: 0,
    letters: 0,
    mails: 0,
    stopped: false,
  }
}
