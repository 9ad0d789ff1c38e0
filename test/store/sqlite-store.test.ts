import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import { describeStore } from './conformance.js'

// Threads run JavaScript, so theirs is the build's.
const WORKER = new URL('../../dist/store/sqlite/sqlite-worker.js', import.meta.url)

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeStore('SQLite', () =>
  openSqliteStore({ file: join(folder, 'conformance.db'), now: Date.now, worker: WORKER }),
)
