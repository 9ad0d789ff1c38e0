import type { RedisConnection } from '../store/redis/connection.js'
import { Refusals, type Verdict } from '../http/middleware/minute-counts.js'
import { within } from '../waiting.js'

/** Seconds. */
const MINUTE = 60
const PATIENCE = 250
/** Milliseconds for which nobody asks it after that. */
const REST = 2000
/** Refusals that are remembered here; the oldest go first. */
const MAX_REFUSALS = 20_000

// Counts one for each key, or for none of them when one has had all: then 0, its place and the time that it
// has to wait. Otherwise 1, and the same for those that have had all by now.
const COUNT = `
local waits = function(place)
  local left = redis.call('pttl', KEYS[place])
  if left < 0 then
    redis.call('expire', KEYS[place], ARGV[1])
    left = ARGV[1] * 1000
  end
  return left
end
for place, key in ipairs(KEYS) do
  if tonumber(redis.call('get', key) or '0') >= tonumber(ARGV[place + 1]) then
    return { 0, place, waits(place) }
  end
end
local answer = { 1 }
for place, key in ipairs(KEYS) do
  redis.call('set', key, 0, 'EX', ARGV[1], 'NX')
  if redis.call('incrby', key, 1) >= tonumber(ARGV[place + 1]) then
    table.insert(answer, place)
    table.insert(answer, waits(place))
  end
end
return answer
`

// The commands of the script above, so that a start finds out whether they are allowed.
const probe = (key: string) => `
redis.call('set', '${key}', 0, 'EX', 1, 'NX')
redis.call('incrby', '${key}', 1)
redis.call('get', '${key}')
redis.call('expire', '${key}', 1)
return redis.call('pttl', '${key}')
`

/** A key that something counts with, and how far it may go in a minute. */
export interface Bound {
  readonly key: string
  readonly most: number
}

/** Counts that all copies of the server share. */
export interface SharedCounts {
  /**
   * Counts one with all bounds, or with none.
   *
   * @returns nothing while Redis is away or slow
   */
  count(bounds: readonly Bound[]): Promise<Verdict | undefined>
  close(): Promise<void>
}

/**
 * @param url as in the configuration
 * @param probeKey a key for finding out whether Redis can be used
 * @param patience milliseconds that a request waits for Redis before it is counted here
 * @throws MailProfileError `store_unavailable` when it cannot
 */
export async function connectSharedCounts(
  url: string,
  probeKey: string,
  patience = PATIENCE,
): Promise<SharedCounts> {
  // Redis' library takes as long to load as all the rest of a start, and most servers have no Redis.
  const { connectRedis } = await import('../store/redis/connection.js')
  const redis = await connectRedis(url, probe(probeKey))
  const refusals = new Refusals({ max: MAX_REFUSALS, now: () => performance.now() })
  const ask = patiently(redis, patience)
  return {
    async count(bounds) {
      // Whoever has had all is refused without asking: a flood does not reach Redis.
      for (const { key } of bounds) {
        const milliseconds = refusals.waitOf(key)
        if (milliseconds !== undefined) return { ok: false, milliseconds }
      }
      const answer = await ask(COUNT, {
        keys: bounds.map(({ key }) => key),
        arguments: [String(MINUTE), ...bounds.map(({ most }) => String(most))],
      })
      if (answer === undefined) return undefined
      const [isCounted, ...full] = answer
      for (let i = 0; i + 1 < full.length; i += 2) {
        const key = bounds[(full[i] ?? 0) - 1]?.key
        if (key !== undefined) refusals.add(key, full[i + 1] ?? 0)
      }
      return isCounted === 1 ? { ok: true } : { ok: false, milliseconds: full[1] ?? 0 }
    },
    close: () => redis.close(),
  }
}

type Ask = (...call: Parameters<RedisConnection['eval']>) => Promise<readonly number[] | undefined>

// For requests that have no time.
function patiently(redis: RedisConnection, patience: number): Ask {
  let restsUntil = 0
  return async (...call) => {
    if (!redis.isReady || performance.now() < restsUntil) return undefined
    try {
      const answer = await within(patience, redis.eval(...call), () => {
        restsUntil = performance.now() + REST
      })
      return Array.isArray(answer) ? answer.map(Number) : undefined
    } catch {
      // It is counted here instead.
      return undefined
    }
  }
}
