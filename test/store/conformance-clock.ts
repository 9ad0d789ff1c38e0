import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { add } from '../support/stores.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** A store whose clock the test sets. */
export interface ClockedStore {
  readonly store: Store
  /** Sets the clock back, as far as the store can tell. */
  readonly setBack: (milliseconds: number) => Promise<void>
  /** Time goes by, whatever the clock shows. */
  readonly pass: (milliseconds: number) => void
}

/**
 * What every store has to do when its clock is wrong.
 *
 * @param open a store of its own for each test, closed by whoever opened it
 */
export function describeClock(name: string, open: () => Promise<ClockedStore>): void {
  describe(`${name} with a clock that is set back`, () => {
    it('gives nothing after the window', async () => {
      const { store, setBack, pass } = await open()
      await setBack(DAY)
      const id = await add(store, { window: MINUTE, downloads: 9 })
      expect(await store.claim(id)).toMatchObject({ changed: true })
      pass(MINUTE - 10 * SECOND)
      expect(await store.claim(id)).toMatchObject({ changed: true })
      pass(11 * SECOND)
      expect(await store.claim(id)).toMatchObject({ changed: false, state: 'spent' })
      expect(await store.read(id)).not.toHaveProperty('sealed')
    })

    it('shows no time twice, and says how far its clock is behind', async () => {
      const { store, setBack, pass } = await open()
      const createdAt = async () => {
        const invitation = await store.read(await add(store))
        return invitation?.record.createdAt ?? NaN
      }
      expect(await store.clockBehind()).toBe(0)
      const before = await createdAt()
      await setBack(DAY)
      const after = await createdAt()
      expect(after).toBeGreaterThanOrEqual(before)
      pass(MINUTE)
      expect(await createdAt()).toBeGreaterThanOrEqual(after + MINUTE)
      expect(await store.clockBehind()).toBeGreaterThanOrEqual(DAY)
    })

    it('takes a few seconds for a correction', async () => {
      const { store, setBack } = await open()
      await add(store)
      await setBack(3 * SECOND)
      await add(store)
      expect(await store.clockBehind()).toBe(0)
    })
  })
}
