import { describe, expect, it } from 'vitest'
import { INVITATION_STATES } from '../../src/invitations/record.js'
import type { ListQuery, Store } from '../../src/invitations/store.js'
import { add, addOpened, newId, untilState } from '../support/stores.js'

const MANY = 23

/** All pages of a list, each asked for after the one before. */
export async function allPages(store: Store, query: Omit<ListQuery, 'cursor'>) {
  const pages = []
  let cursor: string | undefined
  do {
    const page = await store.list({ ...query, cursor })
    pages.push(page.invitations)
    expect(page.invitations.length).toBeLessThanOrEqual(query.limit)
    cursor = page.cursor
  } while (cursor !== undefined)
  return pages
}

export function describeLists(store: () => Store): void {
  const ids = async (query: Partial<ListQuery>) => {
    const pages = await allPages(store(), { limit: 100, ...query })
    return pages.flat().map(({ record }) => record.id)
  }

  describe('a list', () => {
    it('has the newest first, and by id among equals', async () => {
      const maker = newId()
      for (let i = 0; i < 5; i++) await add(store(), { maker })
      await Promise.all(Array.from({ length: 10 }, () => add(store(), { maker })))
      const { invitations, cursor } = await store().list({ maker, limit: 100 })
      expect(cursor).toBeUndefined()
      const found = invitations.map(({ record }) => record)
      expect(found).toHaveLength(15)
      expect(found).toEqual(
        [...found].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
      )
    })

    it('has what the others say, without what is sealed', async () => {
      const maker = newId()
      const id = await add(store(), { maker, passcode: true, reference: 'seven' })
      const { record, state } = (await store().read(id)) ?? {}
      const { invitations } = await store().list({ maker, limit: 100 })
      expect(invitations).toEqual([{ record, state }])
    })

    it('has only what its maker made, and all for nobody', async () => {
      const [one, two] = [newId(), newId()]
      const first = await add(store(), { maker: one })
      const second = await add(store(), { maker: two })
      expect(await ids({ maker: one })).toEqual([first])
      expect(await ids({ maker: two })).toEqual([second])
      expect(await ids({ maker: newId() })).toEqual([])
      const all = await ids({})
      expect(all).toContain(first)
      expect(all).toContain(second)
    })

    it('has only what bears a reference', async () => {
      const [one, two] = [newId(), newId()]
      const [reference, other] = [newId(), newId()]
      const first = await add(store(), { maker: one, reference })
      const second = await add(store(), { maker: two, reference })
      await add(store(), { maker: one, reference: other })
      await add(store(), { maker: one })
      expect(await ids({ maker: one, reference })).toEqual([first])
      expect(new Set(await ids({ reference }))).toEqual(new Set([first, second]))
      expect(await ids({ maker: one, reference: reference.slice(0, -1) })).toEqual([])
    })

    it('has only what is in a state, as it is now', async () => {
      const maker = newId()
      const reference = newId()
      const made = { maker, reference }
      const inState = {
        pending: await add(store(), made),
        opened: await addOpened(store(), 60_000, made),
        spent: await addOpened(store(), 60_000, { ...made, downloads: 1 }),
        expired: await add(store(), { ...made, lifetime: 30 }),
        revoked: await add(store(), made),
      }
      await store().revoke(inState.revoked)
      await untilState(store(), inState.expired, 'expired')
      for (const state of INVITATION_STATES) {
        expect(await ids({ maker, state })).toEqual([inState[state]])
        expect(await ids({ maker, reference, state })).toEqual([inState[state]])
        expect(await ids({ maker, reference: newId(), state })).toEqual([])
      }
    })

    it.each([1, 7, MANY - 1, MANY, MANY + 1])(
      'comes in pages of %d, each once, with no empty one at the end',
      async (limit) => {
        const maker = newId()
        const made = new Set<string>()
        await Promise.all(
          Array.from({ length: MANY }, async () => made.add(await add(store(), { maker }))),
        )
        const pages = await allPages(store(), { maker, limit })
        expect(pages).toHaveLength(Math.ceil(MANY / limit))
        const found = pages.flat().map(({ record }) => record.id)
        expect(found).toHaveLength(MANY)
        expect(new Set(found)).toEqual(made)
        expect(found).toEqual(await ids({ maker }))
      },
    )

    it('goes on where it was while others are added and end', async () => {
      const maker = newId()
      const made: string[] = []
      for (let i = 0; i < 6; i++) made.push(await add(store(), { maker }))
      // Until the clock has moved on, new ones could be equally old.
      const { createdAt = Infinity } = (await store().read(made.at(-1) ?? ''))?.record ?? {}
      await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(createdAt + 1)
      const first = await store().list({ maker, limit: 3 })
      for (let i = 0; i < 4; i++) await add(store(), { maker })
      for (const id of made) await store().revoke(id)
      const second = await store().list({ maker, limit: 3, cursor: first.cursor })
      expect(second.cursor).toBeUndefined()
      const found = [...first.invitations, ...second.invitations].map(({ record }) => record.id)
      expect(new Set(found)).toEqual(new Set(made))
    })

    it('skips what is in other states without leaving out a page', async () => {
      const maker = newId()
      const wanted: string[] = []
      for (let i = 0; i < 20; i++) {
        const id = await add(store(), { maker })
        if (i % 5 === 0) wanted.push(id)
        else await store().revoke(id)
      }
      const pages = await allPages(store(), { maker, state: 'pending', limit: 3 })
      expect(pages.map((page) => page.length)).toEqual([3, 1])
      expect(new Set(pages.flat().map(({ record }) => record.id))).toEqual(new Set(wanted))
    })

    it.each(['', 'x', '5', '5.short', `-1.${'a'.repeat(22)}`, `1e3.${'a'.repeat(22)}`])(
      'refuses %j as a cursor',
      async (cursor) => {
        const page = store().list({ maker: newId(), cursor, limit: 3 })
        await expect(page).rejects.toMatchObject({ code: 'invalid_request' })
      },
    )
  })
}
