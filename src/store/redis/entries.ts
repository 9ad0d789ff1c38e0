import {
  forgottenAt,
  restored,
  type CallEntry,
  type InvitationEntry,
  type Restoration,
  type StoreEntry,
} from '../../invitations/entries.js'
import { KEPT_AFTER_END, endOf, type InvitationRecord } from '../../invitations/record.js'
import type { RedisConnection } from './connection.js'
import { callKey, keysOf } from './keys.js'
import { listsOf } from './lists.js'
import { readCallEntry, readEntry, readRestoredCall, readScan } from './reply.js'
import { READ, READ_CALL, RESTORE, RESTORE_CALL } from './scripts.js'
import type { RunStep } from './steps.js'

// What SCAN looks at in one go: everybody else waits meanwhile.
const SCANNED = '1000'
const STATE = /^mailprofile:\{([\w-]{22})\}:state$/
const CALL = /^mailprofile:call:(.+)$/s
/** How often an invitation is looked at that somebody changes at the same moment. */
const ATTEMPTS = 100

interface EntryScripts {
  readonly read: RunStep
  readonly write: RunStep
  readonly see: (now: number) => void
}

/** All that is kept: see `Store.entries`. */
export async function* readEntries(
  connection: Pick<RedisConnection, 'scan'>,
  scripts: EntryScripts,
): AsyncGenerator<StoreEntry> {
  // A call is made in one step with its invitation, so of those that were seen first the others are there.
  for (const [pattern, kind, read] of [
    ['mailprofile:call:*', CALL, readCall],
    ['mailprofile:{*}:state', STATE, readInvitation],
  ] as const) {
    // SCAN may give a key twice.
    const seen = new Set<string>()
    let cursor = '0'
    do {
      const [next, keys] = readScan(await connection.scan(cursor, pattern, SCANNED))
      const ids = keys.flatMap((key) => kind.exec(key)?.[1] ?? []).filter((id) => !seen.has(id))
      for (const id of ids) seen.add(id)
      const entries = await Promise.all([...new Set(ids)].map((id) => read(id, scripts)))
      yield* entries.filter((entry) => entry !== undefined)
      cursor = next
    } while (cursor !== '0')
  }
}

async function readCall(id: string, { read }: EntryScripts): Promise<CallEntry | undefined> {
  return readCallEntry(id, await read(READ_CALL, { keys: [callKey(id)], arguments: [] }))
}

async function readInvitation(
  id: string,
  { read, see }: EntryScripts,
): Promise<InvitationEntry | undefined> {
  const found = readEntry(id, await read(READ, { keys: keysOf(id), arguments: [] }))
  if (found !== undefined) see(found.now)
  return found?.entry
}

/** Keeps what a backup has: see `Store.restore`. */
export async function restoreEntry(
  entry: StoreEntry,
  now: () => Promise<number>,
  scripts: EntryScripts,
): Promise<Restoration> {
  if ('call' in entry) return restoreCall(entry, scripts)
  const { id } = entry.record
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const found = readEntry(id, await scripts.read(READ, { keys: keysOf(id), arguments: [] }))
    const restoration = restored(found?.entry, entry, found?.now ?? (await now()))
    if (!('entry' in restoration)) return restoration.outcome
    // Of what is kept then: a backup may name another maker for what the store knows.
    const keys = [...keysOf(id), ...listsOf(restoration.entry.record)]
    const given = argumentsFor(restoration.entry, found?.fields)
    // Whether it is still as it was is found out in the same step.
    if ((await scripts.write(RESTORE, { keys, arguments: given })) === 1) return restoration.outcome
  }
  throw new Error('An invitation was changed each time that it was looked at.')
}

async function restoreCall({ call }: CallEntry, { write }: EntryScripts): Promise<Restoration> {
  const { id, digest, invitation, expiresAt, sealed, keptUntil } = call
  const given = [digest, invitation, String(expiresAt), Buffer.from(sealed), String(keptUntil)]
  return readRestoredCall(await write(RESTORE_CALL, { keys: [callKey(id)], arguments: given }))
}

function argumentsFor({ record, sealed }: InvitationEntry, fields: unknown) {
  return [
    Buffer.isBuffer(fields) ? fields : '',
    record.id,
    String(record.createdAt),
    String(forgottenAt(record)),
    String(record.expiresAt + KEPT_AFTER_END),
    ...(sealed === undefined ? ['', ''] : [Buffer.from(sealed), String(endOf(record))]),
    ...fieldsOf(record),
  ]
}

function fieldsOf(record: InvitationRecord): string[] {
  const { tenant, maker, reference, createdAt, expiresAt, window, downloads } = record
  const { used, openedAt, ended, passcode, sending } = record
  const fields = {
    maker,
    window,
    downloads,
    tenant,
    reference,
    createdAt,
    expiresAt,
    used,
    openedAt,
    ended: ended?.state,
    endedAt: ended?.at,
    triesLeft: passcode?.triesLeft,
    sending: sending?.state,
    sendingAt: sending?.at,
  }
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  )
}
