import { describe, expect, it } from 'vitest'
import type { ListQuery, Store } from '../../src/invitations/store.js'
import { add, newId } from '../support/stores.js'
import { allPages } from './conformance-lists.js'

/** Enough that a page of 2 ends among those of each. */
const EACH = 5

export function describeTenants(store: () => Store): void {
  const ids = async (query: Partial<ListQuery>) => {
    const pages = await allPages(store(), { limit: 100, ...query })
    return pages.flat().map(({ record }) => record.id)
  }
  const tenantOf = async (id: string) => (await store().read(id))?.record.tenant

  describe('whose an invitation is', () => {
    it('is kept through every step, and told by each', async () => {
      const tenant = `${newId()}.example`
      const id = await add(store(), { tenant, passcode: true, downloads: 2 })
      expect(await tenantOf(id)).toBe(tenant)
      const steps = [
        await store().takeTry(id),
        await store().unlock(id),
        await store().reseal(id, Buffer.alloc(285)),
        await store().claim(id),
        await store().revoke(id),
      ]
      expect(steps.map((step) => [step?.changed, step?.record.tenant])).toEqual(
        steps.map(() => [true, tenant]),
      )
      expect(await tenantOf(id)).toBe(tenant)
    })

    it('is nobody but the top level where no tenant is given', async () => {
      const id = await add(store())
      expect((await store().read(id))?.record).not.toHaveProperty('tenant')
      expect((await store().claim(id))?.record).not.toHaveProperty('tenant')
      const { invitations } = await store().list({ tenant: null, limit: 1 })
      expect(invitations[0]?.record).not.toHaveProperty('tenant')
    })
  })

  describe('a list of a tenant', () => {
    /** The same maker and reference everywhere, and tenants of which one could be taken for another. */
    async function addEverywhere() {
      const [name, maker, reference] = [newId(), newId(), newId()]
      const tenants = [
        `${name}.example`,
        `a.${name}.example`,
        `${name}.example.org`,
        `${name}.example:maker:${maker}`,
        `${name}%.example`,
      ]
      const made = new Map<string | null, string[]>()
      for (const tenant of [null, ...tenants]) made.set(tenant, [])
      const whose = Array.from({ length: EACH }, () => [...made.keys()]).flat()
      for (const tenant of whose) {
        const id = await add(store(), {
          maker,
          reference,
          ...(tenant === null ? {} : { tenant }),
        })
        made.get(tenant)?.unshift(id)
      }
      return { made, maker, reference, all: new Set([...made.values()].flat()) }
    }

    it('has its own and nobody else’s, by maker, by reference and by state', async () => {
      const { made, maker, reference } = await addEverywhere()
      for (const [tenant, own] of made) {
        const [revoked = ''] = own
        await store().revoke(revoked)
        const expected = new Set(own)
        if (tenant !== null) expect(new Set(await ids({ tenant }))).toEqual(expected)
        expect(new Set(await ids({ tenant, maker }))).toEqual(expected)
        expect(new Set(await ids({ tenant, reference }))).toEqual(expected)
        expect(new Set(await ids({ tenant, maker, reference }))).toEqual(expected)
        expect(await ids({ tenant, maker: newId(), reference })).toEqual([])
        expect(await ids({ tenant, maker, state: 'revoked' })).toEqual([revoked])
        expect(await ids({ tenant, reference, state: 'revoked' })).toEqual([revoked])
      }
      expect(await ids({ tenant: newId(), maker })).toEqual([])
      expect(await ids({ tenant: newId(), reference })).toEqual([])
      expect(await ids({ tenant: newId() })).toEqual([])
    })

    it('of the top level passes over those of tenants', async () => {
      const { made, all } = await addEverywhere()
      const listed = new Set(await ids({ tenant: null }))
      expect(new Set([...all].filter((id) => listed.has(id)))).toEqual(new Set(made.get(null)))
    })

    it('of everybody has all, newest first', async () => {
      const { maker, reference, all } = await addEverywhere()
      for (const query of [{ maker }, { reference }, { maker, reference }]) {
        const { invitations } = await store().list({ ...query, limit: 100 })
        const found = invitations.map(({ record }) => record)
        expect(new Set(found.map(({ id }) => id))).toEqual(all)
        expect(found).toHaveLength(all.size)
        expect(found).toEqual(
          [...found].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),
        )
      }
      const listed = new Set(await ids({}))
      expect([...all].filter((id) => !listed.has(id))).toEqual([])
    })

    it.each([1, 2, EACH])('comes in pages of %d, each once', async (limit) => {
      const { made, maker, reference, all } = await addEverywhere()
      const each = async (query: Partial<ListQuery>, expected: ReadonlySet<string>) => {
        for (const by of [{ maker }, { reference }]) {
          const pages = await allPages(store(), { ...query, ...by, limit })
          expect(pages).toHaveLength(Math.ceil(expected.size / limit))
          const found = pages.flat().map(({ record }) => record.id)
          expect(found).toHaveLength(expected.size)
          expect(new Set(found)).toEqual(expected)
        }
      }
      for (const [tenant, own] of made) await each({ tenant }, new Set(own))
      await each({}, all)
    })
  })
}
