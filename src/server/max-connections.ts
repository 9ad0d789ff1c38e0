import { readFileSync } from 'node:fs'

const DEFAULT_MAX = 20_000
// For the store, for files that are served, and for connections to other servers.
const RESERVED_FILES = 512

/**
 * How many connections this process can have: 20,000, or fewer where it may not open so many files.
 *
 * @param limits where Linux tells the limits of a process
 */
export function maxConnections(limits = '/proc/self/limits'): number {
  const files = openFileLimit(limits)
  const reserved = Math.min(RESERVED_FILES, Math.floor(files / 4))
  return Math.min(DEFAULT_MAX, files - reserved)
}

function openFileLimit(path: string): number {
  try {
    const [, soft = ''] = /^Max open files +(\d+)/m.exec(readFileSync(path, 'utf8')) ?? []
    return soft === '' ? Infinity : Number(soft)
  } catch {
    // Other systems: Node raises the limit there as far as it may.
    return Infinity
  }
}
