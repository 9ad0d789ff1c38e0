import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/store.js'
import type { Store } from '../../src/invitations/store.js'
import { add } from '../support/stores.js'
import { describeClock } from './conformance-clock.js'
import { describeStore } from './conformance.js'

// Threads run JavaScript, so theirs is the build's.
const WORKER = new URL('../../dist/store/sqlite/worker.js', import.meta.url)

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeStore('SQLite', () =>
  openSqliteStore({ file: join(folder, 'conformance.db'), now: Date.now, worker: WORKER }),
)

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const opened: Store[] = []
afterAll(() => Promise.all(opened.map((store) => store.close())))

/** A store on a file, with a clock and what has passed. */
async function openClocked(name: string, clock: { passed: number; back: number }) {
  const store = await openSqliteStore({
    file: join(folder, `${name}.db`),
    now: () => 1e12 + clock.passed - clock.back,
    elapsed: () => clock.passed,
    worker: WORKER,
  })
  opened.push(store)
  return store
}

let files = 0
describeClock('SQLite', async () => {
  const clock = { passed: 0, back: 0 }
  return {
    store: await openClocked(`clock-${++files}`, clock),
    pass: (milliseconds) => void (clock.passed += milliseconds),
    setBack: (milliseconds) => {
      clock.back += milliseconds
      return Promise.resolve()
    },
  }
})

it('remembers the latest time when its process ends, and shares it with others', async () => {
  const clock = { passed: 0, back: 0 }
  const first = await openClocked('kept', clock)
  const id = await add(first, { window: MINUTE })
  await first.claim(id)
  clock.passed += MINUTE
  await add(first)
  clock.back += DAY
  const beside = await openClocked('kept', clock)
  expect((await beside.read(id))?.state).toBe('spent')
  await first.close()
  await beside.close()
  // Another process counts from another moment.
  const later = await openClocked('kept', { passed: 3, back: DAY })
  expect((await later.read(id))?.state).toBe('spent')
  expect(await later.clockBehind()).toBeGreaterThanOrEqual(DAY)
})
