import { describe, expect, it } from 'vitest'
import type { StoreEntry } from '../../src/invitations/entries.js'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { add, newCall, newId, newInvitation } from '../support/stores.js'
import { describeClock } from './conformance-clock.js'
import { describeStore } from './conformance.js'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

describeStore('memory', () => Promise.resolve(createMemoryStore({ now: Date.now })))

describeClock('memory', () => {
  let [passed, back] = [0, 0]
  const store = createMemoryStore({
    now: () => 1e12 + passed - back,
    elapsed: () => passed,
  })
  return Promise.resolve({
    store,
    pass: (milliseconds) => void (passed += milliseconds),
    setBack: (milliseconds) => {
      back += milliseconds
      return Promise.resolve()
    },
  })
})

describe('the memory store', () => {
  function create() {
    let time = 0
    const store = createMemoryStore({ now: () => time })
    return { store, advance: (milliseconds: number) => (time += milliseconds) }
  }

  it('knows a state for 7 days after the end', async () => {
    const { store, advance } = create()
    const id = await add(store, { lifetime: HOUR })
    advance(HOUR - 1)
    expect((await store.read(id))?.state).toBe('pending')
    advance(1)
    expect((await store.read(id))?.state).toBe('expired')
    advance(7 * DAY - 1)
    expect((await store.list({ limit: 9 })).invitations).toHaveLength(1)
    advance(1)
    expect(await store.read(id)).toBeUndefined()
    expect(await store.revoke(id)).toBeUndefined()
    expect((await store.list({ limit: 9 })).invitations).toHaveLength(0)
    await add(store, { id })
  })

  it('knows what ended early for as long as it was made for, so that no backup brings it back', async () => {
    const { store, advance } = create()
    const [revoked, used] = [
      await add(store, { lifetime: 30 * DAY }),
      await add(store, { lifetime: 30 * DAY }),
    ]
    const backup: StoreEntry[] = []
    for await (const entry of store.entries()) backup.push(entry)
    await store.revoke(revoked)
    await store.claim(used)
    advance(30 * DAY - 1)
    expect((await store.read(revoked))?.state).toBe('revoked')
    expect((await store.read(used))?.state).toBe('spent')
    for (const entry of backup) expect(await store.restore(entry)).toBe('known')
    advance(1)
    expect(await store.read(revoked)).toBeUndefined()
    expect(await store.read(used)).toBeUndefined()
    for (const entry of backup) await store.restore(entry)
    for (const id of [revoked, used]) {
      expect(await store.claim(id)).toMatchObject({ changed: false, state: 'expired' })
    }
  })

  it('knows a call for 24 hours', async () => {
    const { store, advance } = create()
    const [call, id] = [newCall(), newId()]
    await store.create(newInvitation({ id }), call)
    advance(DAY - 1)
    expect(await store.create(newInvitation(), call)).toMatchObject({ outcome: 'repeated', id })
    advance(1)
    expect((await store.create(newInvitation(), call)).outcome).toBe('created')
  })
})
