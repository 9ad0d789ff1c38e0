import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { deserialize, serialize } from 'node:v8'

/** Names the folder that this run of the tests has for what its workers share; make-run-folder.ts makes it. */
export const RUN_FOLDER = 'TEST_RUN_FOLDER'

/** That folder. */
export function runFolder(): string {
  const folder = process.env[RUN_FOLDER]
  if (folder === undefined) throw new Error(`${RUN_FOLDER} is not set: vitest.config.ts makes it.`)
  return folder
}

/**
 * What takes long to make and is the same whoever makes it, such as a key: the first who asks for one
 * of a kind makes it, for every file of every worker, until the run ends.
 *
 * @param what no two of these have the same name
 * @param make told of what kind; what it gives is plain data
 */
export function shared<K extends string, T>(what: string, make: (kind: K) => T): (kind: K) => T {
  const made = new Map<K, T>()
  return (kind) => {
    const known = made.get(kind)
    if (known !== undefined) return known
    const name = createHash('sha256').update(kind).digest('hex')
    const file = join(runFolder(), `${what}-${name}`)
    const found = read(file) as T | undefined
    const value = found ?? make(kind)
    if (found === undefined) write(file, value)
    made.set(kind, value)
    return value
  }
}

function read(file: string): unknown {
  try {
    return deserialize(readFileSync(file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

// Whole or not at all, for those that read meanwhile.
function write(file: string, value: unknown): void {
  const own = `${file}.${process.pid}.${threadId}`
  writeFileSync(own, serialize(value), { mode: 0o600 })
  renameSync(own, file)
}
