import { CLOCK_TOLERANCE } from '../../invitations/clock.js'
import { CALLS_KEPT, PASSCODE_TRIES, KEPT_AFTER_END } from '../../invitations/record.js'
import { REFUSE_NEWER, SIGN_LAYOUT } from './layout.js'

// Each script is one step of the Store interface, by the clock of the server, and decides as
// transitions.ts does. KEYS[1] is the state of an invitation (a hash), KEYS[2] what is sealed. The last of
// ARGV is what time it has to be by what the caller saw before and has counted since: see CLOCK.
//
// Redis does not undo what a script did before it failed, so the first line has the server refuse it
// before it begins: on a replica, when the disk is full, and (without allow-oom) when memory is. Only
// making an invitation needs more memory than it gives back; the others go on in a full server.
// Scripts with such a line exist since Redis 7.0.

/**
 * What an ACL user needs, as for ACL SETUSER. HELLO and AUTH are everybody's. The rate limits, which
 * may share the server, are the last line.
 */
export const REDIS_PERMISSIONS = [
  '~mailprofile:*',
  '+ping +select +eval +evalsha +time +wait',
  '+exists +del +get +set +pexpireat',
  '+hset +hgetall +hmget +hdel',
  '+zadd +zrange +zrandmember +zrem',
  '+incrby +pttl +expire',
].join(' ')

const READS = '#!lua flags=no-writes'
const WRITES = '#!lua flags=allow-oom'
const NEEDS_MEMORY = '#!lua'

// Longer than anything is kept.
const CLOCK_KEPT = 60 * 24 * 60 * 60 * 1000

// A time that never goes back, as SteadyClock gives it to others: the server has no clock that nobody
// sets, so it goes by those of its callers while its own is behind. Numbers go back as text: a Lua number
// becomes a 64-bit integer, but is printed in the form 1e+12.
const CLOCK = `
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
const TICK = `
redis.call('SET', 'mailprofile:clock', ms(now), 'PX', ${CLOCK_KEPT})
`

// An invitation that is still open but has lost what is sealed, because the server was made to evict
// keys (maxmemory-policy), is of no use to anybody: it is as good as unknown. Fields go back as one
// text, which is read several times faster than many.
const RECORD = `${CLOCK}
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
local function finish(state)
  redis.call('HSET', KEYS[1], 'ended', state, 'endedAt', ms(now))
  redis.call('PEXPIREAT', KEYS[1], ms(now + ${KEPT_AFTER_END}))
  redis.call('DEL', KEYS[2])
end
local record = KEYS[2] and load(KEYS[1], KEYS[2])
`

/**
 * KEYS: state, sealed, call, lists. ARGV: id, sealed, lifetime, digest of the call (empty when there is
 * none) and its sealed answer, then the fields of the state.
 *
 * A list is a sorted set by the time of creation. It expires with the last of its members; before that,
 * the oldest and two at random are looked at each time, so that of those whose state has gone a third
 * at most is left over.
 */
export const CREATE = `${NEEDS_MEMORY}
${CLOCK}
${TICK}
local id, sealed, lifetime, digest = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if digest ~= '' then
  local call = redis.call('HMGET', KEYS[3], 'digest', 'id', 'expiresAt', 'sealed')
  if call[1] then
    if call[1] ~= digest then return { redis.status_reply('conflict') } end
    return { redis.status_reply('repeated'), call[2], call[3], call[4] }
  end
end
if redis.call('EXISTS', KEYS[1]) == 1 then return { redis.status_reply('known') } end
${SIGN_LAYOUT}
local expires = now + lifetime
local kept = ms(expires + ${KEPT_AFTER_END})
redis.call('HSET', KEYS[1], 'createdAt', ms(now), 'expiresAt', ms(expires), 'used', '0',
  unpack(ARGV, 6, #ARGV - 1))
redis.call('PEXPIREAT', KEYS[1], kept)
redis.call('SET', KEYS[2], sealed, 'PXAT', ms(expires))
if digest ~= '' then
  redis.call('HSET', KEYS[3], 'digest', digest, 'id', id, 'expiresAt', ms(expires), 'sealed', ARGV[5])
  redis.call('PEXPIREAT', KEYS[3], ms(now + ${CALLS_KEPT}))
end
for i = 4, #KEYS do
  redis.call('ZADD', KEYS[i], ms(now), id)
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
return { redis.status_reply('created'), ms(now) }
`

/** KEYS: call. ARGV: digest. */
export const FIND_CALL = `${WRITES}
${CLOCK}
${TICK}
local call = redis.call('HMGET', KEYS[1], 'digest', 'id', 'expiresAt', 'sealed')
if not call[1] then return false end
if call[1] ~= ARGV[1] then return { redis.status_reply('conflict') } end
return { redis.status_reply('repeated'), call[2], call[3], call[4] }
`

export const READ = `${READS}
${RECORD}
if not record then return false end
return reply(false, record.open and redis.call('GET', KEYS[2]))
`

export const CLAIM = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
if not record.open or record.triesLeft then return reply(false) end
local used = record.used + 1
redis.call('HSET', KEYS[1], 'used', ms(used))
if not record.openedAt then
  local ends = math.min(record.ends, now + record.window)
  redis.call('HSET', KEYS[1], 'openedAt', ms(now))
  redis.call('PEXPIREAT', KEYS[1], ms(ends + ${KEPT_AFTER_END}))
  redis.call('PEXPIREAT', KEYS[2], ms(ends))
end
if used >= tonumber(record.downloads) then finish('spent') end
return reply(true)
`

export const TAKE_TRY = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
local left = tonumber(record.triesLeft or '0')
local taken = record.open and left > 0
if taken then redis.call('HSET', KEYS[1], 'triesLeft', ms(left - 1)) end
return reply(taken, record.open and redis.call('GET', KEYS[2]))
`

/** ARGV: sealed. */
export const RESEAL = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
if not record.open or not record.triesLeft then return reply(false) end
redis.call('HDEL', KEYS[1], 'triesLeft')
redis.call('SET', KEYS[2], ARGV[1], 'PXAT', ms(record.ends))
return reply(true)
`

export const UNLOCK = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
local changed = record.open and record.triesLeft
if changed then redis.call('HSET', KEYS[1], 'triesLeft', '${PASSCODE_TRIES}') end
return reply(changed)
`

export const REVOKE = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
if record.open then finish('revoked') end
return reply(record.open)
`

/** ARGV: whether what has become of it before does not count. */
export const BEGIN_SENDING = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
local may = ARGV[1] == 'again' or not record.sending or record.sending == 'failed'
local begun = record.open and may
if begun then redis.call('HSET', KEYS[1], 'sending', 'sending', 'sendingAt', ms(now)) end
return reply(begun)
`

/** ARGV: the outcome. */
export const END_SENDING = `${WRITES}
${RECORD}
${TICK}
if not record then return false end
local changed = record.sending == 'sending'
if changed then redis.call('HSET', KEYS[1], 'sending', ARGV[1], 'sendingAt', ms(now)) end
return reply(changed)
`

/**
 * A part of a list, newest first. KEYS: the list. ARGV: the highest time, how many to skip, how many to
 * look at. Gives the time now and, for each, id, time of creation and fields (nil when its state has
 * gone). Text is not compared here: Lua would do it by the server's locale.
 */
export const LIST = `${READS}
${RECORD}
local ids = redis.call('ZRANGE', KEYS[1], ARGV[1], '-inf', 'BYSCORE', 'REV',
  'LIMIT', ARGV[2], ARGV[3], 'WITHSCORES')
local entries = {}
for i = 1, #ids, 2 do
  local key = 'mailprofile:{' .. ids[i] .. '}:'
  local known, fields = load(key .. 'state', key .. 'sealed')
  entries[#entries + 1] = { ids[i], ids[i + 1], known and cjson.encode(fields) or false }
end
return { ms(now), entries }
`

/** Writes what nobody needs: refused when anything else would be. */
export const CHECK = `${NEEDS_MEMORY}
${CLOCK}
${TICK}
redis.call('SET', 'mailprofile:{probe}:check', 'x', 'PX', 1000)
return 1
`

/** The same, and leaves nothing. */
export const TRIAL = `${NEEDS_MEMORY}
${REFUSE_NEWER}
redis.call('SET', 'mailprofile:{probe}:check', 'x', 'PX', 1000)
return redis.call('DEL', 'mailprofile:{probe}:check')
`

/** Gives the time now, and how many milliseconds the server's clock is behind. */
export const CLOCK_BEHIND = `${READS}
${CLOCK}
return { ms(now), ms(now - clock) }
`

/**
 * Does once what the others do, and leaves nothing but the time and who may use what is kept, so that a start
 * finds out what is not allowed.
 */
export const PROBE = probe(TICK + SIGN_LAYOUT)
/** The same, and leaves nothing at all. */
export const TRIAL_PROBE = probe('')

function probe(mark: string): string {
  return `${WRITES}
${CLOCK}
${mark}
local key = 'mailprofile:{probe}:'
redis.call('SET', key .. 'sealed', 'x', 'PXAT', ms(now + 1000))
redis.call('GET', key .. 'sealed')
redis.call('HSET', key .. 'state', 'a', 'x', 'b', 'y')
redis.call('PEXPIREAT', key .. 'state', ms(now + 1000))
redis.call('HGETALL', key .. 'state')
redis.call('HMGET', key .. 'state', 'a', 'b')
redis.call('HDEL', key .. 'state', 'a')
redis.call('ZADD', key .. 'list', ms(now), 'x')
redis.call('ZRANGE', key .. 'list', 0, 0)
redis.call('ZRANDMEMBER', key .. 'list', 2)
redis.call('ZREM', key .. 'list', 'x')
redis.call('EXISTS', key .. 'state')
return redis.call('DEL', key .. 'state', key .. 'sealed', key .. 'list')
`
}
