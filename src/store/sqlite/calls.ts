import type Database from 'libsql'
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

  function forget({ id, slot }: CallRow): void {
    slots.erase(slot)
    remove.run(id)
  }

  const findRow = (id: string) => find.get(id) as CallRow | undefined

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
    keep({ id, digest, sealed }: RepeatableCall, record: InvitationRecord, now: number): void {
      const row = findRow(id)
      if (row !== undefined) forget(row)
      insert.run(id, digest, record.id, record.expiresAt, now + CALLS_KEPT, slots.put(sealed))
    },
  }
}
