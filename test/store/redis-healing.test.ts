import { setImmediate } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { afterEach, describe, expect, it } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { openRedisStore } from '../../src/store/redis/store.js'
import type { Store } from '../../src/invitations/store.js'
import { refusal } from '../support/errors.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisOptions, type RedisServer } from '../support/redis.js'
import { add, newId, newInvitation } from '../support/stores.js'
import { suite } from '../support/suite.js'

const CALLERS = 8
/** Generous: a reconnection comes at most two seconds after the one before. */
const HEALING = { timeout: 30_000, interval: 20 }

describe.skipIf(isMissing('redis-server'))('a Redis server that fails', () => {
  const folder = suite((path) => path)
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  async function start(options: Partial<RedisOptions> = {}): Promise<RedisServer> {
    const redis = await startRedis({ folder: folder(), ...options })
    ends.push(() => redis.stop())
    return redis
  }

  async function open(redis: RedisServer): Promise<Store> {
    const store = await openRedisStore(redis.url)
    ends.push(() => store.close())
    return store
  }

  async function administer(redis: RedisServer) {
    const admin = createClient({ url: redis.url })
    await admin.connect()
    ends.push(() => admin.close())
    return admin
  }

  /** What everybody is told, with the operator's sentence as its cause. */
  async function expectAway(call: () => Promise<unknown>, sentence: string): Promise<void> {
    const { code, retryAfter, message, cause } = await refusal(call)
    expect({ code, retryAfter }).toEqual({ code: 'store_unavailable', retryAfter: 5 })
    expect(message).not.toContain('127.0.0.1')
    expect(cause).toBeInstanceOf(MailProfileError)
    expect((cause as MailProfileError).message).toContain(sentence)
  }

  const untilHealed = (store: Store) =>
    expect.poll(() => store.check().then(() => 'healed', String), HEALING).toBe('healed')

  it('loses nothing that was acknowledged when it is killed, and is found again', async () => {
    const redis = await start({ appendOnly: true })
    const store = await open(redis)
    const made: string[] = []
    const refused: unknown[] = []
    const caller = async () => {
      for (;;) {
        try {
          made.push(await add(store))
        } catch (error) {
          refused.push(error)
          return
        }
        if (made.length === 200) redis.kill()
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, caller))
    expect(made.length).toBeGreaterThanOrEqual(200)
    expect(refused).toHaveLength(CALLERS)
    for (const error of refused) expect(error).toMatchObject({ code: 'store_unavailable' })

    // At once: before anything that takes time could happen.
    let refusedAtOnce = false
    store.read(newId()).catch(() => (refusedAtOnce = true))
    await setImmediate()
    expect(refusedAtOnce).toBe(true)
    await expectAway(() => store.read(newId()), `The store at 127.0.0.1:${redis.port} `)
    await expectAway(() => store.check(), `The store at 127.0.0.1:${redis.port} `)

    await start({ appendOnly: true, port: redis.port })
    await untilHealed(store)
    const found = await Promise.all(made.map((id) => store.read(id)))
    expect(found.map((stored) => stored?.state)).toEqual(made.map(() => 'pending'))
    expect(await store.claim(made[0] ?? '')).toMatchObject({ changed: true })
  })

  it('that stands still is given up after a while, and found again', async () => {
    const redis = await start()
    const store = await open(redis)
    const admin = await administer(redis)
    const [, pid] = /process_id:(\d+)/.exec(await admin.info('server')) ?? []
    process.kill(Number(pid), 'SIGSTOP')
    try {
      await expectAway(() => store.create(newInvitation()), 'does not answer.')
      await expectAway(() => store.check(), 'does not answer.')
    } finally {
      process.kill(Number(pid), 'SIGCONT')
    }
    await untilHealed(store)
    await add(store)
  })

  it('without memory makes no new invitations, and those that are there go on', async () => {
    const redis = await start()
    const store = await open(redis)
    const admin = await administer(redis)
    const id = await add(store, { passcode: true })
    await admin.configSet('maxmemory', '1')
    await expectAway(() => store.create(newInvitation()), 'has no memory left.')
    expect(await store.takeTry(id)).toMatchObject({ changed: true })
    expect(await store.reseal(id, Buffer.from('resealed'))).toMatchObject({ changed: true })
    expect(await store.claim(id)).toMatchObject({ changed: true })
    expect(await store.revoke(id)).toMatchObject({ changed: true })
    await admin.configSet('maxmemory', '0')
    await add(store)
  })

  it('that became a replica is refused until there is a primary', async () => {
    const redis = await start()
    const store = await open(redis)
    const admin = await administer(redis)
    const id = await add(store)
    await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
    await expectAway(() => store.claim(id), 'is a replica that may not be written.')
    // It is not used as it is, not even to read from.
    await expectAway(() => store.read(id), 'is a replica that may not be written.')
    await admin.sendCommand(['REPLICAOF', 'NO', 'ONE'])
    await untilHealed(store)
    expect(await store.claim(id)).toMatchObject({ changed: true })
  })

  it('does not say that it is away when the mistake is ours', async () => {
    const redis = await start()
    const store = await open(redis)
    const admin = await administer(redis)
    const id = newId()
    await admin.set(`mailprofile:{${id}}:state`, 'no hash')
    await expect(store.read(id)).rejects.toThrow('WRONGTYPE')
    await expect(store.read(id)).rejects.not.toBeInstanceOf(MailProfileError)
    await store.check()
  })

  it('is let alone after it was closed', async () => {
    const redis = await start()
    const store = await openRedisStore(redis.url)
    await add(store)
    const creation = store.create(newInvitation())
    await store.close()
    expect((await creation).outcome).toBe('created')
    await expectAway(() => store.check(), 'cannot be used.')
    await store.close()
    const admin = await administer(redis)
    const others = (await admin.clientList()).filter(({ name }) => name === 'mailprofile')
    expect(others).toEqual([])
  })
})
