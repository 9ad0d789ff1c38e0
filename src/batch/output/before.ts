import type { Done } from './done.js'

/** What runs before this one have done. */
export interface Before {
  find(fingerprint: string): Done | undefined
  /** Whether a file that was made is there yet. */
  hasFile(path: string): boolean
}
