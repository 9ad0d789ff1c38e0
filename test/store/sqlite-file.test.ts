import { chownSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { add, newId, newInvitation } from '../support/stores.js'
import { openFile } from '../support/sqlite.js'
import { refusal, refusalCode } from '../support/errors.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

function makeDatabase(file: string, sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

describe('the file of the store', () => {
  // As a command of root's does for a service that has not begun.
  it.skipIf(process.geteuid?.() !== 0)(
    'belongs to the owner of its folder, though root made it',
    async () => {
      const file = join(temporaryFolder(), 'store.db')
      chownSync(dirname(file), 65534, 65533)
      const store = await openFile(file)
      await add(store)
      for (const end of ['', '-wal', '-shm']) {
        expect(statSync(file + end)).toMatchObject({ uid: 65534, gid: 65533 })
      }
    },
  )

  it('is made for its owner alone, with its folder', async () => {
    const folder = join(temporaryFolder(), 'a', 'b')
    const file = join(folder, 'store.db')
    const store = await openFile(file)
    await add(store)
    expect(modeOf(folder)).toBe('700')
    for (const end of ['', '-wal', '-shm']) expect(modeOf(file + end)).toBe('600')
  })

  it('has everything after the store was closed, and nothing lies beside it', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const store = await openFile(file)
    const invitation = newInvitation({ reference: 'seven', passcode: true })
    const created = store.create(invitation)
    // Closing waits for what was asked before.
    await store.close()
    await created
    expect(existsSync(`${file}-wal`)).toBe(false)
    expect(await refusalCode(() => store.read(invitation.id))).toBe('store_unavailable')
    await store.close()

    const again = await openFile(file)
    const stored = await again.read(invitation.id)
    expect(stored).toMatchObject({ state: 'pending', record: { reference: 'seven' } })
    expect(Buffer.from(stored?.sealed ?? []).equals(Buffer.from(invitation.sealed))).toBe(true)
  })

  it('may be made by several at the same moment', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const stores = await Promise.all(Array.from({ length: 4 }, () => openFile(file)))
    const ids = await Promise.all(stores.map((store) => add(store)))
    for (const store of stores) {
      for (const id of ids) expect((await store.read(id))?.state).toBe('pending')
    }
  })

  it.each([
    ['a folder', (file: string) => mkdirSync(file), 'it is no file'],
    [
      'something else',
      (file: string) => writeFileSync(file, 'no database\n'.repeat(500)),
      'it is no SQLite database',
    ],
    [
      'the database of another program',
      (file: string) => makeDatabase(file, 'CREATE TABLE mails (body TEXT)'),
      'it is the database of another program',
    ],
    [
      'one of a later version',
      (file: string) =>
        makeDatabase(file, 'PRAGMA application_id = 0x4d50524f; PRAGMA user_version = 2'),
      'a newer version of mailprofile made it',
    ],
  ])('is refused when it is %s', async (_name, make, reason) => {
    const file = join(temporaryFolder(), 'store.db')
    make(file)
    const { code, message, hint } = await refusal(() => openFile(file))
    expect(code).toBe('store_unavailable')
    expect(message).toBe(`Invitations cannot be kept in ${file}: ${reason}.`)
    expect(hint).toContain('name another file in store')
  })

  it('is refused when its folder cannot be made', async () => {
    const folder = join(temporaryFolder(), 'folder')
    writeFileSync(folder, '')
    const { code, message } = await refusal(() => openFile(join(folder, 'deep', 'store.db')))
    expect(code).toBe('store_unavailable')
    expect(message).toContain('its folder is a file')
  })

  it('is refused when nobody may write there, root included', async () => {
    const { code, message } = await refusal(() => openFile('/sys/mailprofile/store.db'))
    expect(code).toBe('store_unavailable')
    expect(message).toMatch(/this user may not write there|the file system is read-only/)
  })

  it('is opened anew when it was replaced while the store is in use', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const moved = join(temporaryFolder(), basename(file))
    const store = await openFile(file)
    const first = await add(store)
    for (const end of ['', '-wal', '-shm']) renameSync(file + end, moved + end)

    const calls = [store.create(newInvitation()), store.read(first), store.check()]
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected')
    const second = await add(store)
    expect((await store.read(second))?.state).toBe('pending')
    expect(await store.read(first)).toBeUndefined()
  })

  it('is tried again when it could not be opened', async () => {
    const folder = temporaryFolder()
    const [file, moved] = [join(folder, 'in', 'store.db'), join(folder, 'out')]
    const store = await openFile(file)
    const id = await add(store)
    renameSync(join(folder, 'in'), moved)
    writeFileSync(join(folder, 'in'), 'in the way')
    for (let i = 0; i < 3; i++) {
      const { code, message, retryAfter } = await refusal(() => store.check())
      expect(code).toBe('store_unavailable')
      expect(retryAfter).toBeGreaterThan(0)
      // What a server says to everybody.
      expect(message).not.toContain(folder)
    }
    renameSync(join(folder, 'in'), join(folder, 'away'))
    renameSync(moved, join(folder, 'in'))
    await expect
      .poll(async () => (await store.read(id).catch(() => undefined))?.state, { timeout: 20_000 })
      .toBe('pending')
  })

  it('is waited for while another process has it, but not for ever', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const store = await openFile(file)
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    const waiting = [add(store), add(store)]
    // So that the store meets the lock.
    await new Promise((resolve) => setTimeout(resolve, 50))
    other.exec('ROLLBACK')
    await Promise.all(waiting)

    other.exec('BEGIN IMMEDIATE')
    const { code, retryAfter } = await refusal(() => add(store))
    expect(code).toBe('store_unavailable')
    expect(retryAfter).toBeGreaterThan(0)
    other.exec('ROLLBACK')
    other.close()
    await add(store)
  })

  it('spoils one step alone when it is damaged there', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const store = await openFile(file)
    const [good, bad] = [await add(store), await add(store)]
    const other = new Database(file)
    other.prepare('UPDATE invitations SET slot = 999 WHERE id = ?').run(bad)
    other.close()
    const results = await Promise.allSettled([
      store.claim(good),
      store.takeTry(bad),
      store.create(newInvitation({ id: newId() })),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await store.read(good))?.record.used).toBe(1)
  })
})
