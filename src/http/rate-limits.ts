import { createHash } from 'node:crypto'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { MailProfileError } from '../errors.js'
import type { RedisConnection } from '../store/redis/redis-client.js'
import { networkOf } from './client-address.js'
import { LIMIT_KINDS, type LimitKind, type Limits } from './limits.js'

const MINUTE = 60
const KEY_PREFIX = 'mailprofile:limit'
/** Milliseconds that a request waits for Redis before it is counted here. */
const PATIENCE = 250
/** Milliseconds for which nobody asks it after that. */
const REST = 2000

// The commands of rate-limiter-flexible, so that a start finds out whether they are allowed.
const PROBE = `
local key = '${KEY_PREFIX}:probe'
redis.call('set', key, 0, 'EX', 1, 'NX')
redis.call('incrby', key, 1)
redis.call('expire', key, 1)
return redis.call('pttl', key)
`

const SENTENCES: Readonly<Record<LimitKind, string>> = {
  client: 'Too many requests come from your network.',
  domain: 'The settings of this domain are looked for too often.',
  key: 'This API key is used too often.',
  wrong: 'Too many wrong links, codes or keys come from your network.',
}

export interface RateLimitsOptions {
  /** How many of each kind in a minute. */
  readonly limits: Readonly<Record<LimitKind, number>>
  /** Where all copies of the server count together; each counts for itself without it. */
  readonly redisUrl?: string | undefined
  /** Told of every refusal. */
  readonly onLimited?: ((kind: LimitKind) => void) | undefined
}

/**
 * Limits that count by the minute. Clients are counted by `networkOf`. Redis gets a digest of what is
 * counted, for a minute: no address and no name stands there in clear, though who has its contents can
 * find an IPv4 address by trying all of them. While Redis is away or slow each copy counts for itself.
 *
 * @throws MailProfileError `store_unavailable` when Redis cannot be used at the start
 */
export async function createLimits({
  limits,
  redisUrl,
  onLimited,
}: RateLimitsOptions): Promise<Limits & { close(): Promise<void> }> {
  const redis = redisUrl === undefined ? undefined : await connect(redisUrl)
  const storeClient = redis && new Impatient(redis)
  const count = Object.fromEntries(
    LIMIT_KINDS.map((kind) => {
      const limiter = createLimiter(kind, limits[kind], storeClient)
      const check = async (subject: string) => {
        try {
          await limiter.consume(digest(kind, subject))
        } catch (reason) {
          if (!(reason instanceof RateLimiterRes)) throw reason
          onLimited?.(kind)
          throw tooMany(kind, reason.msBeforeNext)
        }
      }
      return [kind, check]
    }),
  ) as Record<LimitKind, (subject: string) => Promise<void>>
  return {
    client: (address) => count.client(networkOf(address)),
    wrong: (address) => count.wrong(networkOf(address)),
    domain: count.domain,
    key: count.key,
    close: async () => {
      await redis?.close()
    },
  }
}

function createLimiter(kind: LimitKind, points: number, storeClient: Impatient | undefined) {
  const options = { keyPrefix: `${KEY_PREFIX}:${kind}`, points, duration: MINUTE }
  const memory = new RateLimiterMemory(options)
  if (storeClient === undefined) return memory
  return new RateLimiterRedis({
    ...options,
    storeClient,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    // Whoever has had all is refused without asking: a flood does not reach Redis.
    inMemoryBlockOnConsumed: points,
    insuranceLimiter: memory,
  })
}

function digest(kind: LimitKind, subject: string): string {
  return createHash('sha256')
    .update(`mailprofile limit 1\0${kind}\0${subject}`)
    .digest('base64url')
    .slice(0, 22)
}

function tooMany(kind: LimitKind, milliseconds: number): MailProfileError {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000))
  return new MailProfileError('too_many_requests', SENTENCES[kind], {
    hint: `Try again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}.`,
    retryAfter,
  })
}

// The library takes as long to load as all the rest of a start, and most servers have no Redis.
async function connect(url: string): Promise<RedisConnection> {
  const { connectRedis } = await import('../store/redis/redis-client.js')
  return connectRedis(url, PROBE)
}

type Eval = RedisConnection['eval']

/** What rate-limiter-flexible needs of a connection, for requests that have no time. */
class Impatient {
  readonly #connection: RedisConnection
  #restsUntil = 0

  constructor(connection: RedisConnection) {
    this.#connection = connection
  }

  get isReady(): boolean {
    return this.#connection.isReady && performance.now() >= this.#restsUntil
  }

  async eval(...call: Parameters<Eval>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#restsUntil = performance.now() + REST
        reject(new Error('Redis takes too long.'))
      }, PATIENCE)
    })
    try {
      return await Promise.race([this.#connection.eval(...call), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
