import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { earlierSql, type EarlierLayout } from '../support/earlier-stores.js'
import { openFile } from '../support/sqlite.js'
import { add, newCall, newId, newInvitation } from '../support/stores.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const HOUR = 60 * 60 * 1000

const COLUMNS =
  'id, maker, reference, created_at, expires_at, open_for, downloads, used, opened_at, ' +
  'ended_state, ended_at, tries_left, slot'

/** A file, and a process of the version before that has it open: its statements are prepared once. */
function olderProcess(layout: EarlierLayout) {
  const file = join(temporaryFolder(), 'store.db')
  const database = new Database(file)
  onTestFinished(() => void database.close())
  database.pragma('journal_mode = WAL')
  database.pragma('busy_timeout = 5000')
  database.exec(earlierSql(layout))
  const addSlot = database.prepare('INSERT INTO slots (size, free, bytes) VALUES (?, 0, ?)')
  const insert = database.prepare(
    `INSERT INTO invitations (${COLUMNS}, due_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertCall = database.prepare(
    `INSERT INTO calls (id, digest, invitation, expires_at, kept_until, slot)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const find = database.prepare(`SELECT ${COLUMNS} FROM invitations WHERE id = ?`)
  const update = database.prepare(
    `UPDATE invitations SET used = ?, opened_at = ?, ended_state = ?, ended_at = ?, tries_left = ?,
     slot = ?, due_at = ? WHERE id = ?`,
  )
  return {
    file,
    make(maker: string, call = newCall()) {
      const { id, sealed } = newInvitation()
      const now = Date.now()
      const until = now + HOUR
      const { lastInsertRowid: slot } = addSlot.run(sealed.length, sealed)
      insert.run(id, maker, 'r', now, until, HOUR, 3, 0, null, null, null, 5, Number(slot), until)
      const { lastInsertRowid: answer } = addSlot.run(call.sealed.length, call.sealed)
      insertCall.run(call.id, call.digest, id, until, until, Number(answer))
      return { id, sealed, call }
    },
    /** One download of one that has no code. */
    claim(id: string) {
      const { slot } = find.get(id) as { readonly slot: number }
      update.run(1, Date.now(), null, null, null, slot, Date.now() + HOUR, id)
    },
  }
}

async function listed(store: Store, query: object): Promise<ReadonlySet<string>> {
  const { invitations } = await store.list({ ...query, limit: 100 })
  return new Set(invitations.map(({ record }) => record.id))
}

describe.each(['1', '2'] as const)('a file of layout %s, from before tenants', (layout) => {
  it('is opened, and all that is in it is the top level’s', async () => {
    const older = olderProcess(layout)
    const maker = newId()
    const { id, sealed, call } = older.make(maker)
    const store = await openFile(older.file)
    const stored = await store.read(id)
    expect(stored).toMatchObject({
      state: 'pending',
      record: { maker, passcode: { triesLeft: 5 } },
    })
    expect(stored?.record).not.toHaveProperty('tenant')
    expect(Buffer.from(stored?.sealed ?? []).equals(Buffer.from(sealed))).toBe(true)
    expect(await listed(store, { tenant: null, maker })).toEqual(new Set([id]))
    expect(await store.create(newInvitation(), call)).toMatchObject({ outcome: 'repeated', id })
    expect(await store.takeTry(id)).toMatchObject({ changed: true })
    expect(await store.reseal(id, randomBytes(285))).toMatchObject({ changed: true })
    expect(await store.claim(id)).toMatchObject({ changed: true, record: { used: 1 } })
    expect(await store.revoke(id)).toMatchObject({ changed: true, state: 'revoked' })
  })

  it('is shared with servers of that version while they are replaced', async () => {
    const older = olderProcess(layout)
    const [maker, tenant] = [newId(), 'setup.school.example']
    const before = older.make(maker).id
    const stores = await Promise.all([openFile(older.file), openFile(older.file)])
    const [store] = stores
    const own = await add(store, { maker, tenant, reference: 'r' })
    const meanwhile = older.make(maker).id
    older.claim(own)

    expect((await store.read(own))?.record).toMatchObject({ tenant, used: 1 })
    expect((await store.read(meanwhile))?.record).not.toHaveProperty('tenant')
    for (const one of stores) {
      expect(await listed(one, { tenant })).toEqual(new Set([own]))
      expect(await listed(one, { tenant, maker })).toEqual(new Set([own]))
      expect(await listed(one, { tenant, reference: 'r' })).toEqual(new Set([own]))
      expect(await listed(one, { tenant: null, maker })).toEqual(new Set([before, meanwhile]))
      expect(await listed(one, { maker })).toEqual(new Set([before, own, meanwhile]))
    }
  })

  it('is changed once, by whoever comes first', async () => {
    const older = olderProcess(layout)
    older.make(newId())
    const stores = await Promise.all(Array.from({ length: 4 }, () => openFile(older.file)))
    const made = await Promise.all(stores.map((store) => add(store, { tenant: 'a.example' })))
    for (const store of [...stores, await openFile(older.file)]) {
      expect(await listed(store, { tenant: 'a.example' })).toEqual(new Set(made))
    }
  })
})
