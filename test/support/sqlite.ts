import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/store.js'
import type { Store } from '../../src/invitations/store.js'

// Threads run JavaScript, so theirs is the build's.
const worker = new URL('../../dist/store/sqlite/worker.js', import.meta.url)

/** A store in a file, which is closed with the test. */
export async function openFile(
  file: string,
  now: SqliteStoreOptions['now'] = Date.now,
): Promise<Store> {
  const store = await openSqliteStore({ file, now, worker })
  onTestFinished(() => store.close())
  return store
}

/**
 * The bytes of a database and of the files beside it. Another process reads them, because whoever
 * closes a file gives up all locks that its process has on it.
 */
export function bytesOf(file: string): Buffer {
  // The log first: what is brought from there into the database meanwhile is met twice, and not missed.
  const files = ['-wal', '-shm', ''].map((end) => file + end).filter((path) => existsSync(path))
  return execFileSync('cat', files, { maxBuffer: 2 ** 30 })
}
