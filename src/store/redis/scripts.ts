import { CALLS_KEPT, PASSCODE_TRIES, KEPT_AFTER_END } from '../../invitations/record.js'
import { REFUSE_NEWER, SIGN_LAYOUT } from './layout.js'
import { CLOCK, ENLIST, NEEDS_MEMORY, READS, RECORD, TICK, WRITES } from './script-parts.js'

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

/** What only a backup needs besides. */
export const BACKUP_PERMISSION = '+scan'

/**
 * KEYS: state, sealed, call, lists. ARGV: id, sealed, lifetime, digest of the call (empty when there is
 * none) and its sealed answer, then the fields of the state.
 */
export const CREATE = `${NEEDS_MEMORY}
${CLOCK}
${ENLIST}
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
enlist(4, id, ms(now), kept)
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
  keep(record, ends)
  redis.call('PEXPIREAT', KEYS[2], ms(ends))
end
if used >= tonumber(record.downloads) then finish(record, 'spent') end
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
if record.open then finish(record, 'revoked') end
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

/** A call in full, and the milliseconds that it is still kept. KEYS: call. */
export const READ_CALL = `${READS}
${CLOCK}
local call = redis.call('HMGET', KEYS[1], 'digest', 'id', 'expiresAt', 'sealed')
if not call[1] then return false end
return { ms(now), call[1], call[2], call[3], call[4], redis.call('PTTL', KEYS[1]) }
`

/**
 * Keeps an invitation of a backup, if it is still as it was read. KEYS: state, sealed, lists. ARGV: the
 * fields as READ gave them (empty where it knew nothing), id, time of creation, until when the state and
 * the lists are kept, what is sealed and until when (both empty where nothing is), then the fields.
 */
export const RESTORE = `${NEEDS_MEMORY}
${RECORD}
${TICK}
${ENLIST}
local id, createdAt, kept, listed, sealed, ends = unpack(ARGV, 2, 7)
local before = record and cjson.encode(redis.call('HGETALL', KEYS[1])) or ''
if before ~= ARGV[1] then return 0 end
${SIGN_LAYOUT}
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], unpack(ARGV, 8, #ARGV - 1))
redis.call('PEXPIREAT', KEYS[1], kept)
if ends ~= '' then redis.call('SET', KEYS[2], sealed, 'PXAT', ends) end
enlist(3, id, createdAt, listed)
return 1
`

/** KEYS: call. ARGV: digest, id, when that expires, what is sealed, until when it is kept. */
export const RESTORE_CALL = `${NEEDS_MEMORY}
${CLOCK}
${TICK}
if redis.call('EXISTS', KEYS[1]) == 1 then return 'known' end
if now >= tonumber(ARGV[5]) then return 'over' end
${SIGN_LAYOUT}
redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'id', ARGV[2], 'expiresAt', ARGV[3], 'sealed', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
return 'added'
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
