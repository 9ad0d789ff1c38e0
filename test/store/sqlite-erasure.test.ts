import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { add, newCall, newId, newInvitation } from '../support/stores.js'
import { bytesOf, openFile } from '../support/sqlite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const WAIT = { timeout: 30_000, interval: 100 }
const PIECE = 16

/** How many of some bytes can be found in a database, be it a part of them. */
function countIn(file: string, all: readonly Uint8Array[]): number {
  const bytes = bytesOf(file)
  return all.filter((one) => {
    const buffer = Buffer.from(one)
    for (let at = 0; at + PIECE <= buffer.length; at += 64) {
      if (bytes.includes(buffer.subarray(at, at + PIECE))) return true
    }
    return false
  }).length
}

function count(file: string, sql: string): number {
  const database = new Database(file)
  const [row] = database.prepare(`SELECT count(*) AS n FROM ${sql}`).all() as { n: number }[]
  database.close()
  return row?.n ?? NaN
}

/** A store in a file whose clock is set by hand; the sweep runs at once when it is opened. */
function createClock() {
  let time = Date.UTC(2026, 0, 1)
  return { now: () => time, advance: (milliseconds: number) => (time += milliseconds) }
}

describe('SQLite', () => {
  it('has nothing of what was sealed in its files once it has ended', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const clock = createClock()
    const store = await openFile(file, clock.now)
    const of = (changes: Parameters<typeof newInvitation>[0], length = 150) =>
      Array.from({ length }, () => newInvitation({ downloads: 1, ...changes }))
    const groups = {
      claimed: of({}),
      revoked: of({ sealed: randomBytes(541) }, 20).concat(of({})),
      expired: of({ lifetime: HOUR }),
      resealed: of({ passcode: true }),
      left: of({ lifetime: 30 * DAY }, 20),
    }
    // In one another's way, as in life.
    const all = Object.values(groups).flat()
    all.sort((a, b) => (a.id < b.id ? -1 : 1))
    await Promise.all(all.map((invitation) => store.create(invitation)))
    const sealed = (name: keyof typeof groups) => groups[name].map((one) => one.sealed)
    expect(countIn(file, sealed('claimed'))).toBe(150)

    clock.advance(HOUR - 1)
    await Promise.all([
      ...groups.claimed.map(({ id }) => store.claim(id)),
      ...groups.revoked.map(({ id }) => store.revoke(id)),
      ...groups.resealed.map(({ id }) => store.reseal(id, randomBytes(285))),
    ])
    const erased = [...sealed('claimed'), ...sealed('revoked'), ...sealed('resealed')]
    await expect.poll(() => countIn(file, erased), WAIT).toBe(0)
    await store.close()

    // What only the clock has ended is swept.
    clock.advance(2)
    await openFile(file, clock.now)
    await expect.poll(() => countIn(file, sealed('expired')), WAIT).toBe(0)
    expect(countIn(file, sealed('left'))).toBe(20)
  })

  it('erases while another process reads, once it has done so', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const store = await openFile(file)
    const invitation = newInvitation()
    await store.create(invitation)
    const reader = new Database(file)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM invitations').all()
    await store.revoke(invitation.id)
    // The log has what it needs, and nobody has to wait for it.
    await add(store)
    expect(countIn(file, [invitation.sealed])).toBe(1)
    reader.exec('COMMIT')
    reader.close()
    await expect.poll(() => countIn(file, [invitation.sealed]), WAIT).toBe(0)
  })

  it('knows states for 7 days, and calls for 24 hours', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const clock = createClock()
    const call = newCall()
    const invitation = newInvitation({ lifetime: 2 * DAY })
    let store = await openFile(file, clock.now)
    const later = async (milliseconds: number) => {
      await store.close()
      clock.advance(milliseconds)
      store = await openFile(file, clock.now)
    }
    await store.create(invitation, call)
    await later(DAY - 1)
    expect((await store.create(newInvitation(), call)).outcome).toBe('repeated')
    await later(1)
    await expect.poll(() => count(file, 'calls'), WAIT).toBe(0)
    expect((await store.create(newInvitation({ lifetime: HOUR }), call)).outcome).toBe('created')

    await later(DAY)
    expect((await store.read(invitation.id))?.state).toBe('expired')
    await later(7 * DAY - 1)
    expect((await store.read(invitation.id))?.state).toBe('expired')
    expect((await store.list({ maker: 'helpdesk', limit: 9 })).invitations).toHaveLength(1)
    await later(1)
    expect(await store.read(invitation.id)).toBeUndefined()
    expect(await store.claim(invitation.id)).toBeUndefined()
    await expect.poll(() => count(file, 'invitations'), WAIT).toBe(0)
    expect(count(file, 'slots WHERE free = 0')).toBe(0)
    // The place is used again.
    await store.create(newInvitation(), newCall())
    expect(count(file, 'slots')).toBe(3)
  })

  it('knows what ended early for as long as it was made for', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const clock = createClock()
    const store = await openFile(file, clock.now)
    const id = await add(store, { lifetime: 30 * DAY })
    await store.revoke(id)
    await store.close()
    clock.advance(30 * DAY - 1)
    const later = await openFile(file, clock.now)
    // Swept, and still there.
    await later.check()
    expect((await later.read(id))?.state).toBe('revoked')
    await later.close()
    clock.advance(1)
    await openFile(file, clock.now)
    await expect.poll(() => count(file, 'invitations'), WAIT).toBe(0)
  })

  it('lets an id be used again once it is forgotten, swept or not', async () => {
    const file = join(temporaryFolder(), 'store.db')
    const clock = createClock()
    const store = await openFile(file, clock.now)
    const [id, call] = [newId(), newCall()]
    await store.create(newInvitation({ id }), call)
    clock.advance(HOUR + 7 * DAY)
    expect(await store.read(id)).toBeUndefined()
    expect((await store.create(newInvitation({ id }), call)).outcome).toBe('created')
    expect((await store.read(id))?.state).toBe('pending')
  })

  it('finds the rare in a long list', async () => {
    const maker = newId()
    const store = await openFile(join(temporaryFolder(), 'store.db'))
    const rare = await add(store, { maker })
    await store.revoke(rare)
    await Promise.all(Array.from({ length: 2100 }, () => store.create(newInvitation({ maker }))))
    const { invitations } = await store.list({ maker, state: 'revoked', limit: 5 })
    expect(invitations.map(({ record }) => record.id)).toEqual([rare])
    const all = await store.list({ maker, limit: 2101 })
    expect(all.invitations).toHaveLength(2101)
    expect(all.cursor).toBeUndefined()
  })
})
