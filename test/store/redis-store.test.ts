import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { parseInvitedPerson } from '../../src/invitations/person.js'
import { DEFAULT_TERMS } from '../../src/invitations/terms.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { CALLS_KEPT, KEPT_AFTER_END } from '../../src/invitations/record.js'
import { openRedisStore } from '../../src/store/redis/store.js'
import type { Store } from '../../src/invitations/store.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { add, newCall, newId, newInvitation } from '../support/stores.js'
import { suite } from '../support/suite.js'
import { allPages } from './conformance-lists.js'
import { describeClock } from './conformance-clock.js'
import { describeStore } from './conformance.js'

const HOUR = 60 * 60 * 1000
const MINUTE = 60 * 1000
/** Milliseconds that a test may take on a slow machine. */
const SLOW = 30_000

describe.skipIf(isMissing('redis-server'))('with a Redis server', () => {
  const folder = suite((path) => path)
  let redis: RedisServer
  let store: Store
  let admin: ReturnType<typeof createClient>
  beforeAll(async () => {
    redis = await startRedis({ folder: folder() })
    store = await openRedisStore(redis.url)
    admin = createClient({ url: redis.url })
    await admin.connect()
  })
  afterAll(async () => {
    await store.close()
    await admin.close()
    await redis.stop()
  })

  const stateOf = (id: string) => `mailprofile:{${id}}:state`
  const sealedOf = (id: string) => `mailprofile:{${id}}:sealed`

  async function expectToLive(key: string, milliseconds: number): Promise<void> {
    const left = await admin.pTTL(key)
    expect(left).toBeLessThanOrEqual(milliseconds)
    expect(left).toBeGreaterThan(milliseconds - SLOW)
  }

  describeStore('Redis', () => openRedisStore(redis.url))

  // The clock of a server cannot be set for itself; that it showed a later time before is as good.
  let databases = 0
  describeClock('Redis', async () => {
    const url = `${redis.url}/${++databases}`
    let passed = 0
    const clocked = await openRedisStore(url, { elapsed: () => performance.now() + passed })
    onTestFinished(() => clocked.close())
    return {
      store: clocked,
      pass: (milliseconds) => void (passed += milliseconds),
      async setBack(milliseconds) {
        const other = createClient({ url })
        await other.connect()
        await other.set('mailprofile:clock', String(Date.now() + milliseconds))
        await other.close()
      },
    }
  })

  describe('keys', () => {
    it('go by themselves: what is sealed with the end, the state a week later', async () => {
      const [maker, reference, call] = [newId(), newId(), newCall()]
      const invitation = newInvitation({ maker, reference, lifetime: 3 * HOUR, window: MINUTE })
      const { id } = invitation
      await store.create(invitation, call)
      await expectToLive(sealedOf(id), 3 * HOUR)
      await expectToLive(stateOf(id), 3 * HOUR + KEPT_AFTER_END)
      await expectToLive(`mailprofile:call:${call.id}`, CALLS_KEPT)
      for (const list of [`maker:${maker}`, `reference:${reference}`]) {
        await expectToLive(`mailprofile:list:${list}`, 3 * HOUR + KEPT_AFTER_END)
      }

      await store.claim(id)
      await expectToLive(sealedOf(id), MINUTE)
      await expectToLive(stateOf(id), MINUTE + KEPT_AFTER_END)

      await store.revoke(id)
      expect(await admin.exists(sealedOf(id))).toBe(0)
      await expectToLive(stateOf(id), KEPT_AFTER_END)
    })

    it('live as long as what ended early was made for', async () => {
      const lifetime = 30 * 24 * HOUR
      const [opened, spent, revoked] = [
        await add(store, { lifetime, window: MINUTE }),
        await add(store, { lifetime, downloads: 1 }),
        await add(store, { lifetime }),
      ]
      await store.claim(opened)
      await store.claim(spent)
      await store.revoke(revoked)
      await expectToLive(sealedOf(opened), MINUTE)
      for (const id of [opened, spent, revoked]) await expectToLive(stateOf(id), lifetime)
    })

    it('live no longer because a code was typed', async () => {
      const id = await add(store, { passcode: true, lifetime: 2 * HOUR })
      await store.takeTry(id)
      await store.reseal(id, Buffer.from('resealed'))
      await expectToLive(sealedOf(id), 2 * HOUR)
      await expectToLive(stateOf(id), 2 * HOUR + KEPT_AFTER_END)
    })

    it('of lists live as long as their last member', async () => {
      const maker = newId()
      await add(store, { maker, lifetime: 5 * HOUR })
      await add(store, { maker, lifetime: HOUR })
      await expectToLive(`mailprofile:list:maker:${maker}`, 5 * HOUR + KEPT_AFTER_END)
    })

    it('of a tenant’s lists live as long as their last member, and others know none of them', async () => {
      const [maker, reference, tenant] = [newId(), newId(), `${newId()}.example`]
      const id = await add(store, { maker, reference, tenant, lifetime: 2 * HOUR })
      const prefix = `mailprofile:list:tenant:${tenant}`
      for (const list of ['', `:maker:${maker}`, `:reference:${reference}`]) {
        await expectToLive(`${prefix}${list}`, 2 * HOUR + KEPT_AFTER_END)
      }
      await expectToLive(
        `mailprofile:list:tenants:reference:${reference}`,
        2 * HOUR + KEPT_AFTER_END,
      )
      expect(await admin.zScore('mailprofile:list', id)).toBeNull()
      expect(await admin.exists(`mailprofile:list:maker:${maker}`)).toBe(0)
      expect(await admin.exists(`mailprofile:list:reference:${reference}`)).toBe(0)
    })

    it('that the version before tenants wrote are the top level’s', async () => {
      const [id, maker, reference, now] = [newId(), newId(), newId(), Date.now()]
      const times = { createdAt: String(now), expiresAt: String(now + HOUR), window: '60000' }
      await admin.hSet(stateOf(id), { maker, reference, downloads: '3', used: '0', ...times })
      await admin.pExpireAt(stateOf(id), now + 8 * 24 * HOUR)
      await admin.set(sealedOf(id), 'sealed', { PXAT: now + HOUR })
      for (const list of ['', `:maker:${maker}`, `:reference:${reference}`]) {
        await admin.zAdd(`mailprofile:list${list}`, { score: now, value: id })
        await admin.pExpireAt(`mailprofile:list${list}`, now + 8 * 24 * HOUR)
      }
      expect((await store.read(id))?.record).not.toHaveProperty('tenant')
      for (const query of [{ maker }, { reference }, { maker, tenant: null }]) {
        const { invitations } = await store.list({ ...query, limit: 5 })
        expect(invitations.map(({ record }) => record.id)).toEqual([id])
      }
      const elsewhere = await store.list({ maker, tenant: 'setup.school.example', limit: 5 })
      expect(elsewhere.invitations).toEqual([])
      expect(await store.claim(id)).toMatchObject({ changed: true, record: { used: 1 } })
    })

    it('are none that stay for ever', async () => {
      const keys = await admin.keys('*')
      expect(keys.length).toBeGreaterThan(10)
      const lives = await Promise.all(keys.map((key) => admin.pTTL(key)))
      expect(keys.filter((key, i) => !key.startsWith('mailprofile:') || lives[i] === -1)).toEqual(
        [],
      )
    })

    it('leave the lists when they have gone', async () => {
      const maker = newId()
      const made = await Promise.all(Array.from({ length: 10 }, () => add(store, { maker })))
      await admin.del(made.map(stateOf))
      // Of the same millisecond, any could be the oldest, which is what each step looks at.
      await delay(2)
      for (let i = 0; i < 10; i++) await add(store, { maker })
      expect(await admin.zCard(`mailprofile:list:maker:${maker}`)).toBe(10)
      expect((await store.list({ maker, limit: 100 })).invitations).toHaveLength(10)
    })

    it('hold nothing in clear', async () => {
      const invitations = new Invitations({ store })
      const person = {
        address: 'ann.example@btinternet.com',
        name: 'Ann Seeded',
        username: 'seeded-user',
        password: 'seeded-password',
      }
      const made = await invitations.make(
        parseInvitedPerson(person),
        { ...DEFAULT_TERMS, maker: 'helpdesk', code: true },
        { bearerKey: 'seeded-bearer', idempotencyKey: 'seeded-call', body: 'seeded-body' },
      )
      const keys = await admin.keys('*')
      const text = [...keys, ...(await Promise.all(keys.map(readAnything)))].join('\n')
      expect(text).toContain(made.id)
      for (const secret of [made.token, 'seeded', 'Seeded', 'ann.example']) {
        expect(text).not.toContain(secret)
      }
      expect(made.code).toHaveLength(6)
      expect(text.split(/\D+/)).not.toContain(made.code)
    })
  })

  async function readAnything(key: string): Promise<string> {
    const type = await admin.type(key)
    if (type === 'hash') return JSON.stringify(await admin.hGetAll(key))
    if (type === 'zset') return (await admin.zRange(key, 0, -1)).join('\n')
    return (await admin.get(key)) ?? ''
  }

  describe('a server that was made to evict keys', () => {
    it('has forgotten an invitation of which a part is missing', async () => {
      for (const part of [stateOf, sealedOf]) {
        const maker = newId()
        const id = await add(store, { maker, passcode: true })
        await admin.del(part(id))
        expect(await store.read(id)).toBeUndefined()
        expect(await store.claim(id)).toBeUndefined()
        expect(await store.takeTry(id)).toBeUndefined()
        expect(await store.reseal(id, Buffer.from('resealed'))).toBeUndefined()
        expect(await store.unlock(id)).toBeUndefined()
        expect(await store.revoke(id)).toBeUndefined()
        expect(await store.list({ maker, limit: 10 })).toEqual({ invitations: [] })
      }
    })

    it('still knows an ended one, and one whose list is missing', async () => {
      const maker = newId()
      const id = await add(store, { maker })
      await admin.del(`mailprofile:list:maker:${maker}`)
      expect(await store.list({ maker, limit: 10 })).toEqual({ invitations: [] })
      expect(await store.revoke(id)).toMatchObject({ changed: true })
      expect(await store.read(id)).toMatchObject({ state: 'revoked' })
    })
  })

  it('lists many of the same moment, each once', async () => {
    const maker = newId()
    const made = await Promise.all(Array.from({ length: 450 }, () => add(store, { maker })))
    const wanted = made.slice(0, 3)
    await Promise.all(wanted.map((id) => store.revoke(id)))
    const moment = Date.now()
    await Promise.all(
      made.map(async (id) => {
        await admin.hSet(stateOf(id), 'createdAt', moment)
        await admin.zAdd(`mailprofile:list:maker:${maker}`, { score: moment, value: id })
      }),
    )
    const pages = await allPages(store, { maker, limit: 100 })
    expect(pages.map((page) => page.length)).toEqual([100, 100, 100, 100, 50])
    const listed = pages.flat().map(({ record }) => record.id)
    expect(listed).toEqual([...made].sort((a, b) => (a < b ? 1 : -1)))
    const revoked = await store.list({ maker, state: 'revoked', limit: 3 })
    expect(revoked.cursor).toBeUndefined()
    expect(new Set(revoked.invitations.map(({ record }) => record.id))).toEqual(new Set(wanted))
  })
})
