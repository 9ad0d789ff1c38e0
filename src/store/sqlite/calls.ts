import type Database from 'libsql'
import type { CallEntry, Restoration } from '../../invitations/entries.js'
import { CALLS_KEPT, type InvitationRecord } from '../../invitations/record.js'
import type { Slots } from './slots.js'
import type { CallName, RepeatableCall, RepeatedCreation } from '../../invitations/store.js'

/** A row of the table of calls that may be repeated. */
export interface CallRow {
  readonly id: string
  readonly digest: string
  readonly invitation: string
  readonly expires_at: number
  readonly kept_until: number
  readonly slot: number
}

export const CALL_COLUMNS = 'id, digest, invitation, expires_at, kept_until, slot'

/** The calls that may be repeated. */
export function createCallTable(database: Database.Database, slots: Slots) {
  const find = database.prepare(`SELECT ${CALL_COLUMNS} FROM calls WHERE id = ?`)
  const insert = database.prepare(`INSERT INTO calls (${CALL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`)
  const remove = database.prepare('DELETE FROM calls WHERE id = ?')
  const after = database.prepare(
    `SELECT ${CALL_COLUMNS} FROM calls WHERE id > ? ORDER BY id LIMIT ?`,
  )

  function forget({ id, slot }: CallRow): void {
    slots.erase(slot)
    remove.run(id)
  }

  const findRow = (id: string) => find.get(id) as CallRow | undefined

  function put({ id, digest, sealed, invitation, expiresAt, keptUntil }: CallEntry['call']): void {
    const row = findRow(id)
    if (row !== undefined) forget(row)
    insert.run(id, digest, invitation, expiresAt, keptUntil, slots.put(sealed))
  }

  function entryOf(row: CallRow): CallEntry {
    const { id, digest, invitation, expires_at: expiresAt, kept_until: keptUntil, slot } = row
    return { call: { id, digest, sealed: slots.get(slot), invitation, expiresAt, keptUntil } }
  }

  return {
    forget,
    /** What a call gives that was made before. */
    repeat({ id, digest }: CallName, now: number): RepeatedCreation | undefined {
      const row = findRow(id)
      if (row === undefined || row.kept_until <= now) return undefined
      if (row.digest !== digest) return { outcome: 'conflict' }
      const { invitation, expires_at: expiresAt, slot } = row
      return { outcome: 'repeated', id: invitation, expiresAt, sealed: slots.get(slot) }
    },
    /** Keeps a call that gives nothing now. */
    keep(call: RepeatableCall, { id: invitation, expiresAt }: InvitationRecord, now: number): void {
      put({ ...call, invitation, expiresAt, keptUntil: now + CALLS_KEPT })
    },
    /** In the order of ids, some of them. */
    entriesAfter(id: string, count: number, now: number) {
      const rows = after.all(id, count) as CallRow[]
      return {
        last: rows.length < count ? undefined : rows.at(-1)?.id,
        entries: rows.filter((row) => now < row.kept_until).map(entryOf),
      }
    },
    restore({ call }: CallEntry, now: number): Restoration {
      if (call.keptUntil <= now) return 'over'
      if ((findRow(call.id)?.kept_until ?? -Infinity) > now) return 'known'
      put(call)
      return 'added'
    },
  }
}
