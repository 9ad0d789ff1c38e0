import { describe, expect, it } from 'vitest'
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
