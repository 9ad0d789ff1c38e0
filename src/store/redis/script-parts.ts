import { CLOCK_TOLERANCE } from '../../invitations/clock.js'
import { KEPT_AFTER_END } from '../../invitations/record.js'
import { REFUSE_NEWER } from './layout.js'

// What scripts are made of: what KEYS and ARGV are, and how they decide, scripts.ts says.

export const READS = '#!lua flags=no-writes'
export const WRITES = '#!lua flags=allow-oom'
export const NEEDS_MEMORY = '#!lua'

// Longer than anything is kept.
const CLOCK_KEPT = 60 * 24 * 60 * 60 * 1000

// A time that never goes back, as SteadyClock gives it to others: the server has no clock that nobody
// sets, so it goes by those of its callers while its own is behind. Numbers go back as text: a Lua number
// becomes a 64-bit integer, but is printed in the form 1e+12.
export const CLOCK = `
${REFUSE_NEWER}
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local now = math.max(clock, tonumber(redis.call('GET', 'mailprofile:clock') or '0'))
local expected = tonumber(ARGV[#ARGV] or '0')
if expected - clock > ${CLOCK_TOLERANCE} then now = math.max(now, expected) end
local function ms(number) return string.format('%.0f', number) end
`

// In every step that writes, also where there is nothing else to write: so whoever waits for replicas to
// have it knows that they have what it has seen, too.
export const TICK = `
redis.call('SET', 'mailprofile:clock', ms(now), 'PX', ${CLOCK_KEPT})
`

// An invitation that is still open but has lost what is sealed, because the server was made to evict
// keys (maxmemory-policy), is of no use to anybody: it is as good as unknown. Fields go back as one
// text, which is read several times faster than many.
export const RECORD = `${CLOCK}
local function load(state, sealed)
  local fields = redis.call('HGETALL', state)
  local record = {}
  for i = 1, #fields, 2 do record[fields[i]] = fields[i + 1] end
  if not record.expiresAt then return nil end
  record.ends = tonumber(record.expiresAt)
  if record.openedAt then
    record.ends = math.min(record.ends, record.openedAt + record.window)
  end
  record.open = not record.ended and now < record.ends
  if record.open and redis.call('EXISTS', sealed) == 0 then return nil end
  return record, fields
end
local function reply(changed, sealed)
  local fields = cjson.encode(redis.call('HGETALL', KEYS[1]))
  return { ms(now), changed and 1 or 0, sealed or false, fields }
end
local function keep(record, ends)
  redis.call('PEXPIREAT', KEYS[1], ms(math.max(ends + ${KEPT_AFTER_END}, tonumber(record.expiresAt))))
end
local function finish(record, state)
  redis.call('HSET', KEYS[1], 'ended', state, 'endedAt', ms(now))
  keep(record, now)
  redis.call('DEL', KEYS[2])
end
local record = KEYS[2] and load(KEYS[1], KEYS[2])
`

// A list is a sorted set by the time of creation. It expires with the last of its members; before that,
// the oldest and two at random are looked at each time, so that of those whose state has gone a third
// at most is left over.
export const ENLIST = `
local function enlist(first, id, createdAt, kept)
  for i = first, #KEYS do
    redis.call('ZADD', KEYS[i], createdAt, id)
    local others = redis.call('ZRANDMEMBER', KEYS[i], 2)
    others[#others + 1] = redis.call('ZRANGE', KEYS[i], 0, 0)[1]
    for _, other in ipairs(others) do
      if redis.call('EXISTS', 'mailprofile:{' .. other .. '}:state') == 0 then
        redis.call('ZREM', KEYS[i], other)
      end
    end
    if redis.call('PEXPIREAT', KEYS[i], kept, 'NX') == 0 then
      redis.call('PEXPIREAT', KEYS[i], kept, 'GT')
    end
  end
end
`
