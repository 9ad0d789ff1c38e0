import { randomUUID } from 'node:crypto'
import { fstatSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { MailProfileError } from '../../errors.js'
import type { OpenFile } from './open-file.js'
import { openOwnFile } from './own-file.js'

// Whoever makes a lock writes into it a moment later, unless the machine loses its power.
const UNWRITTEN = 10_000

/**
 * Keeps other runs out of a folder.
 *
 * @param path of the file that says so, with the number of this process
 * @returns what lets them in again
 * @throws MailProfileError `invalid_request` while another one is there
 */
export function lockFolder(path: string): () => void {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const lock = readLock(path)
    if (lock === undefined) continue
    if (isHeld(lock)) {
      const who = lock.text === '' ? 'just beginning' : `the process ${lock.text}`
      throw new MailProfileError('invalid_request', 'Another run is working in this folder.', {
        hint: `It is ${who}. If there is none, remove ${path}.`,
        field: 'out',
      })
    }
    // It was killed.
    takeAway(path, lock.text)
  }
}

interface Lock {
  readonly text: string
  /** Milliseconds since it was written. */
  readonly age: number
}

function readLock(path: string): Lock | undefined {
  let file: OpenFile
  try {
    file = openOwnFile(path, 'read')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const age = Date.now() - fstatSync(file.descriptor).mtimeMs
    return { text: readFileSync(file.descriptor, 'utf8').slice(0, 20), age }
  } finally {
    file.close()
  }
}

function isHeld({ text, age }: Lock): boolean {
  return text === '' ? age < UNWRITTEN : isRunning(Number(text))
}

// Two runs may find the same one. Whoever comes second would have the first one's out of the way, and puts it back.
function takeAway(path: string, text: string): void {
  const away = `${path}.${randomUUID()}`
  try {
    renameSync(path, away)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  try {
    if (readLock(away)?.text !== text) linkSync(away, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(away, { force: true })
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's.
    return codeOf(error) === 'EPERM'
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
