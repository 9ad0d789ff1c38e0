import { statSync } from 'node:fs'
import { join } from 'node:path'

/** The archive that a file is in, by its path in the results; undefined for one that is in none. */
export function archiveOf(path: string): string | undefined {
  return /^[^/]+\.zip(?=\/)/.exec(path)?.[0]
}

/**
 * Whether a file that was made is there yet, or its archive. A machine that loses its power leaves files empty that were
 * written a moment before.
 */
export function hasMade(folder: string, path: string): boolean {
  const file = join(folder, archiveOf(path) ?? path)
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0
}
