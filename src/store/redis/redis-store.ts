import { isAfter, parseCursor, writeCursor, type Place } from '../cursor.js'
import { knownId } from '../failures.js'
import { CODE_TRIES, type StoredInvitation } from '../record.js'
import { connectRedis, type RedisConnection } from './redis-client.js'
import {
  readCreation,
  readInvitation,
  readList,
  type ChangedInvitation,
  type ListedPlace,
} from './redis-reply.js'
import {
  CLAIM,
  CREATE,
  LIST,
  PROBE,
  READ,
  RESEAL,
  REVOKE,
  TAKE_TRY,
  UNLOCK,
} from './redis-scripts.js'
import type { ListPage, ListQuery, NewInvitation, RepeatableCall, Store } from '../store.js'
import { created } from '../transitions.js'

/** How many members of a list a script looks at for a state, so that nobody else waits for long. */
const LOOKED_AT = 200

/**
 * A store in Redis 7.0 or newer, or Valkey, for any number of servers. Times are those of its clock.
 *
 * @param url `redis[s]://[[user]:password@]host[:port][/database]`
 * @throws MailProfileError `store_unavailable` when the server cannot be used, `invalid_configuration`
 *   for an address that is none; neither holds a password
 */
export async function openRedisStore(url: string): Promise<Store> {
  const connection = await connectRedis(url, PROBE)

  /** One script about one invitation. */
  async function about(
    id: string,
    script: string,
    ...rest: readonly Uint8Array[]
  ): Promise<unknown> {
    return connection.eval(script, { keys: keysOf(id), arguments: rest.map(toBuffer) })
  }

  async function change(id: string, script: string): Promise<ChangedInvitation | undefined> {
    return readInvitation(id, await about(id, script))
  }

  return {
    async create(invitation, call) {
      const reply = readCreation(await connection.eval(CREATE, creation(invitation, call)))
      switch (reply[0]) {
        case 'created':
          return { outcome: 'created', record: created(invitation, reply[1]) }
        case 'repeated':
          return { outcome: 'repeated', id: reply[1], expiresAt: reply[2], sealed: reply[3] }
        case 'conflict':
          return { outcome: 'conflict' }
        case 'known':
          throw knownId()
      }
    },
    async read(id) {
      const found = await change(id, READ)
      return found && withoutChange(found)
    },
    async claim(id) {
      const found = await change(id, CLAIM)
      return found && { claimed: found.changed, record: found.record, state: found.state }
    },
    async takeTry(id) {
      const found = await change(id, TAKE_TRY)
      return found && { ...withoutChange(found), taken: found.changed }
    },
    async reseal(id, sealed) {
      return (await about(id, RESEAL, sealed)) === 1
    },
    async unlock(id) {
      const found = await change(id, UNLOCK)
      return found && { record: found.record, state: found.state }
    },
    async revoke(id) {
      const found = await change(id, REVOKE)
      return found && { record: found.record, state: found.state, revoked: found.changed }
    },
    list: (query) => list(connection, query),
    check: () => connection.ping(),
    close: () => connection.close(),
  }
}

async function list(
  connection: RedisConnection,
  { maker, reference, state, cursor, limit }: ListQuery,
): Promise<ListPage> {
  const found: StoredInvitation[] = []
  const key = listKey({ maker, reference })
  const lookedAt = state === undefined ? limit + 1 : LOOKED_AT
  let place: Place | undefined = cursor === undefined ? undefined : parseCursor(cursor)
  for (let skipped = 0; ;) {
    const from = place === undefined ? '+inf' : String(place.createdAt)
    const entries: readonly ListedPlace[] = readList(
      await connection.eval(LIST, {
        keys: [key],
        arguments: [from, String(skipped), String(lookedAt)],
      }),
    )
    for (const entry of entries) {
      const { invitation } = entry
      if (invitation === undefined || (place !== undefined && !isAfter(entry, place))) continue
      if (maker !== undefined && invitation.record.maker !== maker) continue
      if (state === undefined || invitation.state === state) found.push(invitation)
    }
    const last = entries.at(-1)
    if (found.length > limit || entries.length < lookedAt || last === undefined) break
    // The next part begins at the time of the last one, which others may share.
    skipped = last.createdAt === place?.createdAt ? skipped + entries.length : 0
    if (place === undefined || isAfter(last, place)) place = last
  }
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    invitations: page,
    ...(found.length > limit && last !== undefined ? { cursor: writeCursor(last.record) } : {}),
  }
}

function creation(invitation: NewInvitation, call: RepeatableCall | undefined) {
  const { id, maker, reference, sealed, lifetime, window, downloads, code } = invitation
  const lists = [{}, { maker }, ...(reference === undefined ? [] : [{ reference }])]
  return {
    keys: [...keysOf(id), `mailprofile:call:${call?.id ?? ''}`, ...lists.map(listKey)],
    arguments: [
      id,
      toBuffer(sealed),
      String(lifetime),
      call?.digest ?? '',
      call === undefined ? '' : toBuffer(call.sealed),
      ...['maker', maker, 'window', String(window), 'downloads', String(downloads)],
      ...(reference === undefined ? [] : ['reference', reference]),
      ...(code ? ['triesLeft', String(CODE_TRIES)] : []),
    ],
  }
}

/** Both have the same hash tag, in braces: a server that is one of several keeps them together. */
function keysOf(id: string): [state: string, sealed: string] {
  return [`mailprofile:{${id}}:state`, `mailprofile:{${id}}:sealed`]
}

function listKey({
  maker,
  reference,
}: {
  readonly maker?: string | undefined
  readonly reference?: string | undefined
}): string {
  if (reference !== undefined) return `mailprofile:list:reference:${reference}`
  return maker === undefined ? 'mailprofile:list' : `mailprofile:list:maker:${maker}`
}

function withoutChange({ record, state, sealed }: ChangedInvitation): StoredInvitation {
  return { record, state, ...(sealed === undefined ? {} : { sealed }) }
}

/** A copy: it is sent a moment later, when its owner may use the bytes again. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes)
}
