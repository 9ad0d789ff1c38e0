import request from 'supertest'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { createDirectory } from '../../src/discovery/directory.js'
import { systemNetwork } from '../../src/discovery/network.js'
import { MailProfileError } from '../../src/errors.js'
import { networkOf } from '../../src/http/request/client-address.js'
import { LIMIT_KINDS, NO_LIMITS, type LimitKind } from '../../src/http/middleware/limits.js'
import { createLimits } from '../../src/server/rate-limits.js'
import { catalogue, testApp } from '../support/app.js'
import { refusal, refusalCode } from '../support/errors.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { suite } from '../support/suite.js'

const MANY = { client: 1000, domain: 1000, key: 1000, wrong: 1000 }

describe('the client of a request', () => {
  const PEER = '127.0.0.1'
  const LOOPBACK = ['127.0.0.1/8', '::1']
  const CHAIN = [...LOOPBACK, '203.0.113.0/24']
  it.each<[trusted: readonly string[], header: string, client: string]>([
    [[], '203.0.113.1', PEER],
    [['198.51.100.0/24'], '203.0.113.1', PEER],
    [LOOPBACK, '203.0.113.1', '203.0.113.1'],
    [LOOPBACK, ' 203.0.113.1 ', '203.0.113.1'],
    [LOOPBACK, '198.51.100.9, 203.0.113.1', '203.0.113.1'],
    [CHAIN, '198.51.100.9, 203.0.113.1', '198.51.100.9'],
    [CHAIN, '192.0.2.7, 198.51.100.9, 203.0.113.1, 203.0.113.2', '198.51.100.9'],
    [LOOPBACK, '2001:db8:1:2::9', '20010db800010002/64'],
    [LOOPBACK, '203.0.113.1:4711', '203.0.113.1'],
    [LOOPBACK, '203.0.113.1, nonsense', PEER],
    [LOOPBACK, '', PEER],
    [LOOPBACK, 'nonsense', PEER],
    [LOOPBACK, '__proto__', PEER],
    [LOOPBACK, '"203.0.113.1"', PEER],
    [LOOPBACK, '203.0.113.1;DROP TABLE', PEER],
    [LOOPBACK, '0x7f000001', PEER],
  ])('through %j with X-Forwarded-For %j is %s', async (trustProxy, header, client) => {
    expect(await clientOf(trustProxy, header)).toEqual([client])
  })

  it.each([
    ['only commas', ','.repeat(4000), PEER],
    ['hundreds of hops', `${'203.0.113.9,'.repeat(300)}203.0.113.1`, '203.0.113.1'],
  ])('is found among %s', async (_what, header, client) => {
    expect(await clientOf(LOOPBACK, header)).toEqual([client])
  })

  async function clientOf(trustProxy: readonly string[], header: string): Promise<string[]> {
    const seen: string[] = []
    const app = testApp({
      trustProxy,
      limits: { ...NO_LIMITS, client: (address) => Promise.resolve(void seen.push(address)) },
    })
    await request(app)
      .get('/setup?address=ann@btinternet.com')
      .set('X-Forwarded-For', header)
      .set('Forwarded', 'for=192.0.2.66')
      .set('X-Real-IP', '192.0.2.67')
      .set('True-Client-IP', '192.0.2.68')
      .expect(200)
    return seen.map(networkOf)
  }
})

describe('what is counted', () => {
  const PERSON = '?address=ann@btinternet.com'
  const CALLS = { GET: 'get', HEAD: 'head', POST: 'post' } as const

  it.each<[method: keyof typeof CALLS, target: string, times: number]>([
    ['GET', `/setup${PERSON}`, 1],
    ['GET', '/setup?address=nonsense', 1],
    ['HEAD', `/setup${PERSON}`, 1],
    ['GET', `/setup/qr.svg${PERSON}`, 1],
    ['GET', `/setup/qr.png${PERSON}`, 1],
    ['GET', `/formats/apple-profile${PERSON}`, 1],
    ['GET', '/formats/nonsense', 1],
    ['GET', '/email.mobileconfig?email=ann@btinternet.com', 1],
    ['GET', '/mobileconfig?emailaddress=ann@btinternet.com', 1],
    ['POST', '/autodiscover/autodiscover.xml', 1],
    ['POST', '/Autodiscover/Autodiscover.xml', 1],
    ['GET', '/', 0],
    ['GET', '/public/style.css', 0],
    ['GET', '/healthz', 0],
    ['GET', '/readyz', 0],
    ['GET', '/nothing', 0],
    ['GET', '/mail/config-v1.1.xml?emailaddress=ann@btinternet.com', 0],
    ['GET', '/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=ann@btinternet.com', 0],
    ['GET', '/autodiscover/autodiscover.json?Email=ann@btinternet.com&Protocol=AutodiscoverV1', 0],
    ['GET', '/.well-known/user-agent-configuration.json', 0],
  ])('%s %s: %d', async (method, target, times) => {
    const counted: string[] = []
    const limits = Object.fromEntries(
      LIMIT_KINDS.map((kind) => [kind, () => Promise.resolve(void counted.push(kind))]),
    ) as Record<LimitKind, () => Promise<void>>
    await request(testApp({ pacc: '03', limits }))[CALLS[method]](target)
    expect(counted).toEqual(Array<string>(times).fill('client'))
  })
})

describe('too many requests', () => {
  it('are refused until the minute is over, by client', async () => {
    const refused: LimitKind[] = []
    const limits = await createLimits({
      limits: { ...MANY, client: 2 },
      onLimited: (kind) => refused.push(kind),
    })
    const app = testApp({ limits, trustProxy: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] })
    const ask = (client: string, accept = 'text/html') =>
      request(app)
        .get('/setup?address=ann@btinternet.com')
        .set('X-Forwarded-For', client)
        .set('Accept', accept)
    await ask('203.0.113.1').expect(200)
    await ask('203.0.113.1').expect(200)
    await ask('203.0.113.2').expect(200)
    const page = await ask('203.0.113.1').expect(429)
    const seconds = Number(page.headers['retry-after'])
    expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60).toBe(true)
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.text).toContain('Too many requests come from your network.')
    const text = await ask('203.0.113.1', '*/*').expect(429)
    expect(text.text).toMatch(
      /^too_many_requests: Too many requests come from your network\. Try again in (?:a second|\d+ seconds)\.\n$/,
    )
    expect(page.text + text.text).not.toContain('203.0.113')
    // One household, however many addresses it takes.
    await ask('2001:db8::1').expect(200)
    await ask('2001:db8::2').expect(200)
    await ask('2001:db8::3').expect(429)
    await ask('2001:db8:0:1::3').expect(200)
    expect(refused).toEqual(['client', 'client', 'client'])
    await limits.close()
  })

  it.each(LIMIT_KINDS)('are counted for %s alone', async (kind) => {
    const limits = await createLimits({ limits: { ...MANY, [kind]: 1 } })
    const call = (other: LimitKind, subject: string) => limits[other](subject)
    await call(kind, '192.0.2.1')
    const error = await refusal(() => call(kind, '192.0.2.1'))
    expect(error.code).toBe('too_many_requests')
    expect(error.retryAfter).toBeGreaterThanOrEqual(1)
    await call(kind, '192.0.2.2')
    for (const other of LIMIT_KINDS.filter((one) => one !== kind)) await call(other, '192.0.2.1')
    await limits.close()
  })
})

describe('searches outside', () => {
  it('are asked for first, by registered domain, and no others', async () => {
    const asked: string[] = []
    const directory = createDirectory({
      catalogue: () => catalogue,
      network: {
        ...systemNetwork([]),
        addresses: () => Promise.resolve([]),
        mx: () => Promise.resolve([]),
        srv: () => Promise.resolve([]),
      },
      discovery: { ispdb: false, http: false },
      beforeSearch: (domain) => {
        asked.push(domain)
        if (asked.length < 3) return Promise.resolve()
        return Promise.reject(new MailProfileError('too_many_requests', 'Too often.'))
      },
    })
    const find = (address: string) => directory.find(parseAddress(address))
    await find('ann@btinternet.com')
    expect(asked).toEqual([])
    expect(await refusalCode(() => find('ann@a.customer.co.uk'))).toBe('unknown_domain')
    // Known by now.
    expect(await refusalCode(() => find('bob@a.customer.co.uk'))).toBe('unknown_domain')
    expect(await refusalCode(() => find('ann@b.customer.co.uk'))).toBe('unknown_domain')
    expect(await refusalCode(() => find('ann@c.customer.co.uk'))).toBe('too_many_requests')
    // A refusal is not remembered.
    expect(await refusalCode(() => find('ann@c.customer.co.uk'))).toBe('too_many_requests')
    expect(asked).toEqual(Array<string>(4).fill('customer.co.uk'))
  })
})

describe.skipIf(isMissing('redis-server'))('limits in Redis', () => {
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
  const copy = (limits: Partial<typeof MANY>, patience?: number) =>
    createLimits({ limits: { ...MANY, ...limits }, redisUrl: redis.url, patience })
  const evaluations = async () =>
    Number(
      /cmdstat_evalsha:calls=(\d+)/.exec(String(await admin('INFO', 'commandstats')))?.[1] ?? 0,
    )

  it('are shared by all copies', async () => {
    // On a busy machine Redis may take longer than requests wait for it.
    const patience = 60_000
    const [one, two] = await Promise.all([copy({ key: 3 }, patience), copy({ key: 3 }, patience)])
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : two).key('helpdesk')),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect((await refusal(() => two.key('helpdesk'))).retryAfter).toBeGreaterThanOrEqual(1)
    await Promise.all([one.close(), two.close()])
  })

  it('hold nothing in clear, and go away by themselves', async () => {
    const limits = await copy({})
    await limits.client('192.0.2.77')
    await limits.wrong('2001:db8:7::77')
    await limits.domain('telling.example')
    await limits.key('telling-name')
    const keys = (await admin('KEYS', '*')) as string[]
    expect(keys.length).toBeGreaterThanOrEqual(4)
    for (const key of keys) {
      expect(key).toMatch(/^mailprofile:limit:(?:probe|(?:client|domain|key|wrong):[\w-]{22})$/)
      const left = Number(await admin('PTTL', key))
      // -2: it is gone already; -1 would mean that it stays.
      expect(left === -2 || (left >= 0 && left <= 60_000)).toBe(true)
    }
    await limits.close()
  })

  it('do not ask for those who are refused anyway', async () => {
    const limits = await copy({ client: 2 })
    for (let i = 0; i < 2; i++) await limits.client('192.0.2.88')
    const before = await evaluations()
    for (let i = 0; i < 50; i++) await refusal(() => limits.client('192.0.2.88'))
    expect(await evaluations()).toBe(before)
    await limits.close()
  })

  it('let nobody wait for a Redis that is slow, and count here', async () => {
    const limits = await copy({ client: 3 })
    await limits.client('192.0.2.99')
    await admin('CLIENT', 'PAUSE', '1500', 'ALL')
    const begin = performance.now()
    for (let i = 0; i < 3; i++) await limits.client('192.0.2.99')
    await refusal(() => limits.client('192.0.2.99'))
    expect(performance.now() - begin).toBeLessThan(1000)
    await limits.close()
  })

  it('go on without Redis, and share again when it is back', async () => {
    const [one, two] = await Promise.all([copy({ client: 2 }), copy({ client: 2 })])
    await one.client('192.0.2.111')
    await redis.stop()
    const begin = performance.now()
    for (let i = 0; i < 2; i++) await one.client('192.0.2.111')
    await refusal(() => one.client('192.0.2.111'))
    await two.client('192.0.2.111')
    expect(performance.now() - begin).toBeLessThan(1000)
    redis = await startRedis({ folder: folder(), port: redis.port })
    await expect
      .poll(
        async () => {
          await one.client(`192.0.2.112`).catch(() => undefined)
          return two.client('192.0.2.112').then(
            () => 'given',
            () => 'refused',
          )
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBe('refused')
    expect((await admin('KEYS', 'mailprofile:limit:client:*')) as string[]).toHaveLength(1)
    await Promise.all([one.close(), two.close()])
  })

  it('say at the start what is wrong', async () => {
    const unreachable = refusalCode(() =>
      createLimits({ limits: MANY, redisUrl: 'redis://127.0.0.1:1' }),
    )
    expect(await unreachable).toBe('store_unavailable')
  })
})
