import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { add, newInvitation, untilState } from '../support/stores.js'

export function describeCodes(store: () => Store): void {
  describe('the code', () => {
    it('has to be typed before any download', async () => {
      const id = await add(store(), { passcode: true })
      const claim = await store().claim(id)
      expect(claim).toMatchObject({ changed: false, state: 'pending' })
      expect(claim?.record).not.toHaveProperty('openedAt')
      expect((await store().read(id))?.record.used).toBe(0)
    })

    it('takes a try before it is looked at, and gives what is sealed', async () => {
      const invitation = newInvitation({ passcode: true })
      await store().create(invitation)
      for (const triesLeft of [4, 3, 2, 1, 0]) {
        const tried = await store().takeTry(invitation.id)
        expect(tried).toMatchObject({
          changed: true,
          state: 'pending',
          record: { passcode: { triesLeft } },
        })
        expect(Buffer.from(tried?.sealed ?? []).equals(Buffer.from(invitation.sealed))).toBe(true)
      }
      const locked = await store().takeTry(invitation.id)
      expect(locked).toMatchObject({
        changed: false,
        state: 'pending',
        record: { passcode: { triesLeft: 0 } },
      })
      expect(await store().claim(invitation.id)).toMatchObject({ changed: false })
    })

    it('can be tried five times, however many come at the same moment', async () => {
      const id = await add(store(), { passcode: true })
      const tries = await Promise.all(Array.from({ length: 50 }, () => store().takeTry(id)))
      const taken = tries.filter((tried) => tried?.changed === true)
      expect(taken.map((tried) => tried?.record.passcode?.triesLeft).sort()).toEqual([
        0, 1, 2, 3, 4,
      ])
    })

    it('gets all its tries back', async () => {
      const id = await add(store(), { passcode: true })
      for (let i = 0; i < 6; i++) await store().takeTry(id)
      const unlocked = await store().unlock(id)
      expect(unlocked).toMatchObject({ state: 'pending', record: { passcode: { triesLeft: 5 } } })
      expect(unlocked).not.toHaveProperty('sealed')
      expect(await store().takeTry(id)).toMatchObject({ changed: true })
    })

    it('is wanted no more once the account is sealed again', async () => {
      const id = await add(store(), { passcode: true })
      await store().takeTry(id)
      const sealed = randomBytes(285)
      expect(await store().reseal(id, sealed)).toMatchObject({ changed: true })
      const stored = await store().read(id)
      expect(stored?.record).not.toHaveProperty('passcode')
      expect(Buffer.from(stored?.sealed ?? []).equals(sealed)).toBe(true)
      expect(await store().takeTry(id)).toMatchObject({ changed: false, state: 'pending' })
      expect(await store().claim(id)).toMatchObject({ changed: true })
      expect(await store().reseal(id, randomBytes(285))).toMatchObject({ changed: false })
      expect(Buffer.from((await store().read(id))?.sealed ?? []).equals(sealed)).toBe(true)
    })

    it('lets the account be sealed in another length', async () => {
      const id = await add(store(), { passcode: true, sealed: randomBytes(285) })
      const sealed = randomBytes(541)
      expect(await store().reseal(id, sealed)).toMatchObject({ changed: true })
      expect(Buffer.from((await store().read(id))?.sealed ?? []).equals(sealed)).toBe(true)
    })

    it('is replaced by one of many at the same moment', async () => {
      const id = await add(store(), { passcode: true })
      const options = Array.from({ length: 10 }, () => randomBytes(285))
      const all = await Promise.all(options.map((sealed) => store().reseal(id, sealed)))
      const done = all.map((change) => change?.changed === true)
      expect(done.filter(Boolean)).toHaveLength(1)
      const stored = await store().read(id)
      expect(
        Buffer.from(stored?.sealed ?? []).equals(options[done.indexOf(true)] ?? Buffer.of()),
      ).toBe(true)
    })

    it('means nothing where none is wanted', async () => {
      const id = await add(store())
      const before = await store().read(id)
      expect(await store().takeTry(id)).toMatchObject({ changed: false, state: 'pending' })
      expect(await store().unlock(id)).toEqual({
        changed: false,
        state: 'pending',
        record: before?.record,
      })
      expect(await store().reseal(id, Buffer.alloc(285))).toMatchObject({ changed: false })
      expect(await store().read(id)).toEqual(before)
    })

    it.each(['revoked', 'expired'] as const)('means nothing once it is %s', async (state) => {
      const id = await add(store(), { passcode: true, lifetime: state === 'expired' ? 50 : 60_000 })
      if (state === 'revoked') await store().revoke(id)
      await untilState(store(), id, state)
      const tried = await store().takeTry(id)
      expect(tried).toMatchObject({ changed: false, state })
      expect(tried).not.toHaveProperty('sealed')
      expect(await store().reseal(id, Buffer.alloc(285))).toMatchObject({ changed: false })
      expect(await store().unlock(id)).toMatchObject({ state })
      expect(await store().read(id)).not.toHaveProperty('sealed')
    })
  })
}
