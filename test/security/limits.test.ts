import { createClient } from '@redis/client'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLimits } from '../../src/server/rate-limits.js'
import { testApp } from '../support/app.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { suite } from '../support/suite.js'
import {
  allowed,
  expectBounded,
  farAway,
  FLOODS,
  hex,
  isAllowed,
  MANY,
  MAX,
  networkIn,
  v4,
} from '../support/many-networks.js'

const MINUTE = 60_000

promise(
  'Whoever has many IPv6 networks is not many clients. A network of 48 bits gets 8 times what one client gets, one of 32 bits 64 times.',
  () => {
    it.each([
      ['48 bits', (n: number) => networkIn('2001:db8:66', n), 8],
      ['32 bits', (n: number) => `2001:db8:${hex(n)}::1`, 64],
    ] as const)('from 10,000 networks of one of %s', async (_what, address, factor) => {
      const limits = await createLimits({ limits: { ...MANY, client: 5 } })
      expect(await allowed(limits, 10_000, address)).toBe(factor * 5)
      expect(await isAllowed(limits, '2001:db9::1')).toBe(true)
    })

    it('wrong links count like that too', async () => {
      const limits = await createLimits({ limits: { ...MANY, wrong: 5 } })
      const wrong = { ...limits, client: (address: string) => limits.wrong(address) }
      expect(await allowed(wrong, 1000, (n) => networkIn('2001:db8:66', n))).toBe(40)
    })

    it('what one of them is refused is not taken from its neighbours', async () => {
      const limits = await createLimits({ limits: { ...MANY, client: 5 } })
      expect(await allowed(limits, 1000, () => '2001:db8:66:1::1')).toBe(5)
      expect(await allowed(limits, 1000, (n) => networkIn('2001:db8:66', 2 + n))).toBe(35)
    })

    it('on a server behind a proxy', async () => {
      const app = testApp({
        limits: await createLimits({ limits: { ...MANY, client: 2 } }),
        trustProxy: ['127.0.0.1', '::1', '::ffff:127.0.0.1'],
      })
      const statuses: number[] = []
      for (let n = 0; n < 24; n++) {
        const { status } = await request(app)
          .get('/setup?address=ann@btinternet.com')
          .set('X-Forwarded-For', networkIn('2001:db8:66', n))
        statuses.push(status)
      }
      expect(statuses).toEqual([...Array<number>(16).fill(200), ...Array<number>(8).fill(429)])
    })
  },
)

promise(
  'The limits remember at most 20,000 networks of a size, and give up the oldest first. Whoever is forgotten is still counted with the wider network.',
  () => {
    // A million of each: limits.long.test.ts.
    it.each(FLOODS)('50,000 networks of %s', async (_what, address, levels) => {
      await expectBounded(50_000, address, levels)
    })

    it('nor more names of domains', async () => {
      const limits = await createLimits({ limits: MANY })
      for (let n = 0; n < 2 * MAX; n++) await limits.domain(`d${n}.com`)
      expect(limits.size).toBeLessThanOrEqual(MAX)
    })

    it.each([
      ['IPv6', '2001:db8:66:1::1', farAway],
      ['IPv4', '203.0.113.66', v4],
    ] as const)('and a flood of %s ends no refusal', async (_what, own, other) => {
      const limits = await createLimits({ limits: { ...MANY, client: 5 }, now: () => 0 })
      expect(await allowed(limits, 10, () => own)).toBe(5)
      for (let round = 0; round < 3; round++) {
        expect(await allowed(limits, MAX, (n) => other(n + round * MAX))).toBe(MAX)
        expect(await isAllowed(limits, own)).toBe(false)
      }
    })

    it('nor one of 254 neighbours, as long as there are too many others', async () => {
      const limits = await createLimits({ limits: { ...MANY, client: 5 }, now: () => 0 })
      const neighbour = (n: number) => `203.0.113.${1 + (n % 254)}`
      expect(await allowed(limits, 4 * 254, neighbour)).toBe(4 * 254)
      await allowed(limits, 2 * MAX, v4)
      expect(await allowed(limits, 4 * 254, neighbour)).toBe(0)
    })

    it('nor are neighbours held to what they have in common while there is room', async () => {
      const limits = await createLimits({ limits: { ...MANY, client: 5 } })
      expect(await allowed(limits, 5 * 254, (n) => `203.0.113.${1 + (n % 254)}`)).toBe(5 * 254)
    })

    it('and all is forgotten after a minute', async () => {
      let now = 0
      const limits = await createLimits({ limits: { ...MANY, client: 5 }, now: () => now })
      const site = (n: number) => networkIn('2001:db8:66', n)
      expect(await allowed(limits, 100, site)).toBe(40)
      now = MINUTE - 1
      expect(await allowed(limits, 100, site)).toBe(0)
      now = MINUTE
      expect(await allowed(limits, 100, site)).toBe(40)
    })

    describe.skipIf(isMissing('redis-server'))('with Redis', () => {
      const folder = suite((path) => path)
      let redis: RedisServer
      beforeAll(async () => {
        redis = await startRedis({ folder: folder() })
      })
      afterAll(() => redis.stop())

      async function admin(...command: readonly string[]): Promise<unknown> {
        const client = createClient({ url: redis.url })
        await client.connect()
        try {
          return await client.sendCommand(command)
        } finally {
          client.destroy()
        }
      }

      it('whoever has many networks is counted once by all copies, and leaves few keys', async () => {
        await admin('FLUSHALL')
        const copies = await Promise.all(
          [1, 2].map(() => createLimits({ limits: { ...MANY, client: 5 }, redisUrl: redis.url })),
        )
        let sum = 0
        for (let n = 0; n < 2000; n++) {
          const copy = copies[n % copies.length]
          if (copy !== undefined && (await isAllowed(copy, `2001:db8:${hex(n)}::1`))) sum++
        }
        expect(sum).toBe(64 * 5)
        const keys = (await admin('KEYS', 'mailprofile:limit:client:*')) as string[]
        // Two for each that was allowed, and the one that was too much.
        expect(keys).toHaveLength(2 * 64 * 5 + 1)
        for (const key of keys.slice(0, 50)) {
          const left = Number(await admin('PTTL', key))
          expect(left === -2 || (left >= 0 && left <= MINUTE)).toBe(true)
        }
        expect(copies.map(({ size }) => size)).toEqual([0, 0])
        await Promise.all(copies.map((copy) => copy.close()))
      })
    })
  },
)
