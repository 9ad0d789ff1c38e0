import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openRedisStore } from '../../src/store/redis/store.js'
import type { Store } from '../../src/invitations/store.js'
import { refusal } from '../support/errors.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { add, newInvitation } from '../support/stores.js'
import { suite } from '../support/suite.js'
import { describeStore } from './conformance.js'

const HEALING = { timeout: 30_000, interval: 20 }
const CALLERS = 500

describe.skipIf(isMissing('redis-server'))('with a Redis server and a replica', () => {
  const folder = suite((path) => path)
  let primary: RedisServer
  let replica: RedisServer
  let admin: ReturnType<typeof createClient>
  let store: Store
  beforeAll(async () => {
    primary = await startRedis({ folder: folder() })
    const replicaFolder = join(folder(), 'replica')
    mkdirSync(replicaFolder)
    const more = [`replicaof 127.0.0.1 ${primary.port}`]
    replica = await startRedis({ folder: replicaFolder, more })
    admin = createClient({ url: replica.url })
    await admin.connect()
    const isFollowing = async () =>
      (await admin.info('replication')).includes('master_link_status:up')
    await vi.waitUntil(isFollowing, HEALING)
    store = await openRedisStore(primary.url, { replicas: 1 })
  })
  afterAll(async () => {
    await store.close()
    await admin.close()
    await replica.stop()
    await primary.stop()
  })

  describeStore('Redis with a replica', () => openRedisStore(primary.url, { replicas: 1 }))

  it('counts the replicas', async () => {
    expect(await store.countReplicas?.()).toBe(1)
    const other = await openRedisStore(`${primary.url}/1`)
    expect(await other.countReplicas?.()).toBe(1)
    await other.close()
  })

  it('has on the replica what it has answered', async () => {
    const ids = await Promise.all(Array.from({ length: CALLERS }, () => add(store)))
    for (const id of ids) expect(await admin.exists(`mailprofile:{${id}}:state`)).toBe(1)
    const claims = await Promise.all(ids.map((id) => store.claim(id)))
    expect(claims.every((claim) => claim?.changed)).toBe(true)
  })

  it('refuses what the replica does not have, begins nothing more, and heals', async () => {
    const id = await add(store, { passcode: true, downloads: 20 })
    const [, pid] = /process_id:(\d+)/.exec(await admin.info('server')) ?? []
    process.kill(Number(pid), 'SIGSTOP')
    try {
      const all = await Promise.allSettled(Array.from({ length: 3 }, () => store.takeTry(id)))
      expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      // What was under way has been counted, and no more is.
      const left = (await store.read(id))?.record.passcode?.triesLeft
      const refused = [
        () => store.takeTry(id),
        () => store.revoke(id),
        () => store.create(newInvitation()),
        () => store.check(),
      ]
      for (const call of refused) {
        const { code, cause } = await refusal(call)
        expect(code).toBe('store_unavailable')
        expect(String(cause)).toContain('0 of 1 replicas')
      }
      expect(await store.read(id)).toMatchObject({
        state: 'pending',
        record: { passcode: { triesLeft: left } },
      })
    } finally {
      process.kill(Number(pid), 'SIGCONT')
    }
    await expect.poll(() => store.check().then(() => 'healed', String), HEALING).toBe('healed')
    expect(await store.revoke(id)).toMatchObject({ changed: true })
  })

  it('starts without the replicas, and refuses until they are there', async () => {
    const lonely = await openRedisStore(primary.url, { replicas: 2 })
    expect((await refusal(() => lonely.create(newInvitation()))).code).toBe('store_unavailable')
    expect((await lonely.list({ limit: 1 })).invitations).toBeDefined()
    await lonely.close()
  })
})
