import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/invitations/store.js'
import { add, addOpened, newId, untilState } from '../support/stores.js'

const AT_ONCE = 100

export function describeClaims(store: () => Store): void {
  describe('downloads', () => {
    it('are counted one by one, and the last erases what is sealed', async () => {
      const id = await add(store(), { downloads: 2 })
      const first = await store().claim(id)
      expect(first).toMatchObject({ changed: true, state: 'opened', record: { used: 1 } })
      expect(first?.record.openedAt).toBeGreaterThanOrEqual(first?.record.createdAt ?? Infinity)
      const opened = await store().read(id)
      expect(opened?.state).toBe('opened')
      expect(opened?.sealed).toBeDefined()
      expect(opened?.record).toEqual(first?.record)

      const last = await store().claim(id)
      expect(last).toMatchObject({ changed: true, state: 'spent', record: { used: 2 } })
      expect(last?.record.openedAt).toBe(first?.record.openedAt)
      const spent = await store().read(id)
      expect(spent?.state).toBe('spent')
      expect(spent).not.toHaveProperty('sealed')
      expect(spent?.record).toEqual(last?.record)

      const late = await store().claim(id)
      expect(late).toEqual({ changed: false, state: 'spent', record: last?.record })
    })

    it.each([1, 5, 20])('are never more than %d', async (downloads) => {
      const id = await add(store(), { downloads })
      const claims = await Promise.all(Array.from({ length: AT_ONCE }, () => store().claim(id)))
      const given = claims.filter((claim) => claim?.changed === true)
      expect(given.map((claim) => claim?.record.used).sort((a = 0, b = 0) => a - b)).toEqual(
        Array.from({ length: downloads }, (_, i) => i + 1),
      )
      expect(given.filter((claim) => claim?.state === 'spent')).toHaveLength(1)
      expect((await store().read(id))?.record.used).toBe(downloads)
    })

    it('end with the window that begins with the first one', async () => {
      const id = await add(store(), { window: 50 })
      const claim = await store().claim(id)
      expect(claim?.changed).toBe(true)
      await untilState(store(), id, 'spent')
      const stored = await store().read(id)
      expect(stored).not.toHaveProperty('sealed')
      expect(stored?.record).toEqual(claim?.record)
      expect(await store().claim(id)).toMatchObject({ changed: false, state: 'spent' })
      expect(await store().revoke(id)).toMatchObject({ changed: false, state: 'spent' })
    })

    it('end when it expires, even within the window', async () => {
      const id = await addOpened(store(), 100)
      await untilState(store(), id, 'expired')
      expect(await store().read(id)).not.toHaveProperty('sealed')
      expect(await store().claim(id)).toMatchObject({ changed: false, state: 'expired' })
    })

    it('are none after it has expired', async () => {
      const id = await add(store(), { lifetime: 50 })
      await untilState(store(), id, 'expired')
      const stored = await store().read(id)
      expect(stored).not.toHaveProperty('sealed')
      expect(stored?.record.used).toBe(0)
      expect(await store().claim(id)).toMatchObject({ changed: false, state: 'expired' })
      expect(await store().revoke(id)).toMatchObject({ changed: false, state: 'expired' })
    })

    it('are not held up by those of others', async () => {
      const ids = await Promise.all(
        Array.from({ length: 20 }, () => add(store(), { downloads: 1 })),
      )
      const claims = await Promise.all([...ids, ...ids].map((id) => store().claim(id)))
      const given = claims.filter((claim) => claim?.changed === true)
      expect(new Set(given.map((claim) => claim?.record.id))).toEqual(new Set(ids))
    })
  })

  describe('revoking', () => {
    it('ends it once and erases what is sealed', async () => {
      const id = await add(store())
      const revoked = await store().revoke(id)
      expect(revoked).toMatchObject({ changed: true, state: 'revoked' })
      expect(revoked).not.toHaveProperty('sealed')
      expect(revoked?.record.ended?.state).toBe('revoked')
      const stored = await store().read(id)
      expect(stored).toEqual({ state: 'revoked', record: revoked?.record })
      expect(await store().claim(id)).toMatchObject({ changed: false, state: 'revoked' })
      expect(await store().revoke(id)).toMatchObject({ changed: false, record: revoked?.record })
    })

    it('ends an opened one, whose first download stays known', async () => {
      const id = await addOpened(store(), 60_000)
      const { record } = (await store().read(id)) ?? {}
      const revoked = await store().revoke(id)
      expect(revoked).toMatchObject({ changed: true, state: 'revoked' })
      expect(revoked?.record.openedAt).toBe(record?.openedAt)
      expect(revoked?.record.used).toBe(1)
    })

    it('is done by one of many at the same moment', async () => {
      const id = await add(store())
      const all = await Promise.all(Array.from({ length: 20 }, () => store().revoke(id)))
      expect(all.filter((result) => result?.changed === true)).toHaveLength(1)
    })
  })

  it('knows nothing of an id that nobody made', async () => {
    const id = newId()
    expect(await store().read(id)).toBeUndefined()
    expect(await store().claim(id)).toBeUndefined()
    expect(await store().takeTry(id)).toBeUndefined()
    expect(await store().reseal(id, Buffer.alloc(10))).toBeUndefined()
    expect(await store().unlock(id)).toBeUndefined()
    expect(await store().revoke(id)).toBeUndefined()
    expect(await store().read(id)).toBeUndefined()
  })

  it('says that it can be used', async () => {
    await expect(store().check()).resolves.toBeUndefined()
  })
}
