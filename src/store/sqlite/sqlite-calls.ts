import type Database from 'libsql'
import { CALLS_KEPT, type InvitationRecord } from '../record.js'
import type { Slots } from './sqlite-slots.js'
import type { Creation, RepeatableCall } from '../store.js'

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

  return {
    forget,
    /** What a call gives that was made before. */
    repeat({ id, digest }: RepeatableCall, now: number): Creation | undefined {
      const row = find.get(id) as CallRow | undefined
      if (row === undefined) return undefined
      if (row.kept_until <= now) {
        forget(row)
        return undefined
      }
      if (row.digest !== digest) return { outcome: 'conflict' }
      const { invitation, expires_at: expiresAt, slot } = row
      return { outcome: 'repeated', id: invitation, expiresAt, sealed: slots.get(slot) }
    },
    keep({ id, digest, sealed }: RepeatableCall, record: InvitationRecord, now: number): void {
      insert.run(id, digest, record.id, record.expiresAt, now + CALLS_KEPT, slots.put(sealed))
    },
  }
}

export type CallTable = ReturnType<typeof createCallTable>
