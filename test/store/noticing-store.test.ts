import { expect, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/store.js'
import { noticingStore } from '../../src/store/noticing-store.js'
import { StoreWatch } from '../../src/store/watch.js'

it('tells of steps that fail, and changes nothing of the others', async () => {
  const store = createMemoryStore({ now: () => 0 })
  let failures = 0
  const noticing = noticingStore(store, () => failures++)
  expect(await noticing.read('nobody')).toBeUndefined()
  expect(await noticing.list({ limit: 10 })).toEqual({ invitations: [] })
  expect(failures).toBe(0)
  const broken = noticingStore(
    { ...store, read: () => Promise.reject(new Error('away')) },
    () => failures++,
  )
  await expect(broken.read('nobody')).rejects.toThrow('away')
  expect(failures).toBe(1)
})

it('has what was seen of the store looked at again', async () => {
  let isAway = false
  const watch = new StoreWatch({
    check: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()),
    clockBehind: () => Promise.resolve(0),
  })
  expect((await watch.look()).usable).toBe(true)
  isAway = true
  // Within two seconds the last look is good, until somebody meets trouble.
  expect((await watch.look()).usable).toBe(true)
  watch.doubt()
  expect((await watch.look()).usable).toBe(false)
})

it('tells each reason why a store is of no use once, until it is of use again', async () => {
  const told: (string | undefined)[] = []
  let trouble: string | undefined
  const watch = new StoreWatch(
    {
      check: () => (trouble === undefined ? Promise.resolve() : Promise.reject(new Error(trouble))),
      clockBehind: () => Promise.resolve(0),
    },
    { onChange: ({ usable }, reason) => told.push(usable ? 'usable' : reason) },
  )
  for (const now of ['away', 'away', 'refuses the user', 'away', undefined, 'away']) {
    trouble = now
    watch.doubt()
    await watch.look()
  }
  expect(told).toEqual(['away', 'refuses the user', 'usable', 'away'])
})

it('tells nothing of a store that is closed while it is looked at', async () => {
  const told: unknown[] = []
  let fail: (reason: Error) => void = () => undefined
  const watch = new StoreWatch(
    {
      check: () => new Promise((_, reject) => (fail = reject)),
      clockBehind: () => Promise.resolve(0),
    },
    { onChange: (health) => told.push(health) },
  )
  const looked = watch.look()
  watch.end()
  fail(new Error('The store has been closed.'))
  expect((await looked).usable).toBe(false)
  expect(told).toEqual([])
})
