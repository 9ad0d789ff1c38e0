import type { StoreClocks } from '../../invitations/clock.js'
import { parseCursor, writeCursor, type ListPosition } from '../../invitations/cursor.js'
import type { StoreEntry } from '../../invitations/entries.js'
import { knownId } from '../../invitations/failures.js'
import { ownScript } from '../../own-files.js'
import type { EntryPart, EntryPlace, ListPart } from './steps.js'
import { SqliteThread } from './thread.js'
import type { ListPage, ListQuery, Store } from '../../invitations/store.js'

const SWEEP_INTERVAL = 60_000

export interface SqliteStoreOptions extends StoreClocks {
  readonly file: string
  /** The script of the thread that has the database. */
  readonly worker?: URL
}

/**
 * A store in one file, which several processes of one machine may share.
 *
 * @throws MailProfileError `store_unavailable` that names the file and says what to do
 */
export async function openSqliteStore({
  file,
  now,
  elapsed,
  worker = ownScript('store/sqlite/worker'),
}: SqliteStoreOptions): Promise<Store> {
  const thread = new SqliteThread({ file, isSnapshot: false }, { now, elapsed }, worker)
  await thread.open()

  async function sweep(): Promise<void> {
    try {
      while (await thread.do('sweep'));
    } catch {
      // Whoever needs the store is told; this is tried again anyway.
    }
  }
  const timer = setInterval(() => void sweep(), SWEEP_INTERVAL)
  timer.unref()
  void sweep()

  async function list({ cursor, limit, ...query }: ListQuery): Promise<ListPage> {
    let place: ListPosition | undefined = cursor === undefined ? undefined : parseCursor(cursor)
    const found: ListPart['invitations'][number][] = []
    // One more than asked for tells whether there is another page.
    do {
      const wanted = limit + 1 - found.length
      const part = await thread.do('list', { ...query, limit: wanted }, place)
      found.push(...part.invitations)
      place = part.next
    } while (place !== undefined && found.length <= limit)
    const invitations = found.slice(0, limit)
    const last = invitations.at(-1)
    return {
      invitations,
      ...(found.length > limit && last !== undefined ? { cursor: writeCursor(last.record) } : {}),
    }
  }

  async function* entries(): AsyncGenerator<StoreEntry> {
    // A thread of its own: the other goes on with its steps.
    const snapshot = new SqliteThread({ file, isSnapshot: true }, { now, elapsed }, worker)
    await snapshot.open()
    try {
      let from: EntryPlace | undefined = { table: 'calls', after: '' }
      while (from !== undefined) {
        const part: EntryPart = await snapshot.do('entries', from)
        yield* part.entries
        from = part.next
      }
    } finally {
      await snapshot.close()
    }
  }

  return {
    async create(invitation, call) {
      const creation = await thread.do(
        'create',
        { ...invitation, sealed: copy(invitation.sealed) },
        call && { ...call, sealed: copy(call.sealed) },
      )
      if (creation === undefined) throw knownId()
      return creation
    },
    findCall: ({ id, digest }) => thread.do('findCall', { id, digest }),
    read: (id) => thread.do('read', id),
    claim: (id) => thread.do('claim', id),
    takeTry: (id) => thread.do('takeTry', id),
    reseal: (id, sealed) => thread.do('reseal', id, copy(sealed)),
    unlock: (id) => thread.do('unlock', id),
    revoke: (id) => thread.do('revoke', id),
    beginSending: (id, again = false) => thread.do('beginSending', id, again),
    endSending: (id, outcome) => thread.do('endSending', id, outcome),
    list,
    entries,
    restore: (entry) =>
      thread.do(
        'restore',
        'call' in entry
          ? { call: { ...entry.call, sealed: copy(entry.call.sealed) } }
          : { ...entry, ...(entry.sealed === undefined ? {} : { sealed: copy(entry.sealed) }) },
      ),
    check: () => thread.do('check'),
    clockBehind: () => thread.do('clockBehind'),
    close() {
      clearInterval(timer)
      return thread.close()
    },
  }
}

/** Of its own: small Buffers are parts of a large one, all of which would go to the other thread. */
function copy(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes)
}
