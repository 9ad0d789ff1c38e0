import type Database from 'libsql'
import {
  forgottenAt,
  restored,
  type InvitationEntry,
  type Restoration,
} from '../../invitations/entries.js'
import {
  hasEnded,
  stateAt,
  type InvitationRecord,
  type StoredInvitation,
} from '../../invitations/record.js'
import type { InvitationChange } from '../../invitations/store.js'
import type { Transition } from '../../invitations/transitions.js'
import { ROW_COLUMNS, changingColumns, fixedColumns, readRow, type InvitationRow } from './rows.js'
import type { Slots } from './slots.js'

/** The table of invitations: rows are read and written here, and what becomes of them is decided elsewhere. */
export function createInvitationTable(database: Database.Database, slots: Slots) {
  const find = database.prepare(`SELECT ${ROW_COLUMNS} FROM invitations WHERE id = ?`)
  const insert = database.prepare(
    `INSERT INTO invitations (${ROW_COLUMNS}, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = database.prepare(
    `UPDATE invitations SET used = ?, opened_at = ?, ended_state = ?, ended_at = ?, tries_left = ?,
     sending_state = ?, sending_at = ?, slot = ?, due_at = ? WHERE id = ?`,
  )
  const remove = database.prepare('DELETE FROM invitations WHERE id = ?')
  const after = database.prepare(
    `SELECT ${ROW_COLUMNS} FROM invitations WHERE id > ? ORDER BY id LIMIT ?`,
  )

  const findRow = (id: string) => find.get(id) as InvitationRow | undefined

  function write(record: InvitationRecord, slot: number | null): void {
    update.run(...changingColumns(record, slot), record.id)
  }

  function describe(record: InvitationRecord, slot: number | null, now: number): StoredInvitation {
    const state = stateAt(record, now)
    const isOpen = slot !== null && !hasEnded(state)
    return { record, state, ...(isOpen ? { sealed: slots.get(slot) } : {}) }
  }

  function entryOf(record: InvitationRecord, slot: number | null, now: number): InvitationEntry {
    const { sealed } = describe(record, slot, now)
    return { record, ...(sealed === undefined ? {} : { sealed }) }
  }

  function drop({ id, slot }: InvitationRow): void {
    if (slot !== null) slots.erase(slot)
    remove.run(id)
  }

  function put({ record, sealed }: InvitationEntry): void {
    const slot = sealed === undefined ? null : slots.put(sealed)
    insert.run(...fixedColumns(record), ...changingColumns(record, slot))
  }

  return {
    /** @returns false when the id is known */
    add(record: InvitationRecord, sealed: Uint8Array): boolean {
      const row = findRow(record.id)
      if (row !== undefined) {
        if (forgottenAt(readRow(row)) > record.createdAt) return false
        drop(row)
      }
      put({ record, sealed })
      return true
    },
    read(id: string, now: number): StoredInvitation | undefined {
      const row = findRow(id)
      if (row === undefined) return undefined
      const record = readRow(row)
      return now < forgottenAt(record) ? describe(record, row.slot, now) : undefined
    },
    /**
     * Does a step, and erases what is sealed once the invitation has ended.
     *
     * @param sealed instead of what is sealed, if there is something to do
     */
    change(
      id: string,
      now: number,
      step: Transition,
      sealed?: Uint8Array,
    ): InvitationChange | undefined {
      const row = findRow(id)
      if (row === undefined) return undefined
      const before = readRow(row)
      if (now >= forgottenAt(before)) return undefined
      const next = step(before, now)
      const record = next ?? before
      let { slot } = row
      const isReplaced = next !== undefined && sealed !== undefined
      const state = stateAt(record, now)
      if (slot !== null && (isReplaced || hasEnded(state))) {
        slots.erase(slot)
        slot = isReplaced ? slots.put(sealed) : null
      }
      if (next !== undefined || slot !== row.slot) write(record, slot)
      return { record, state, changed: next !== undefined }
    },
    /** In the order of ids, some of them. */
    entriesAfter(id: string, count: number, now: number) {
      const rows = after.all(id, count) as InvitationRow[]
      return {
        last: rows.length < count ? undefined : rows.at(-1)?.id,
        entries: rows.flatMap((row) => {
          const record = readRow(row)
          return now < forgottenAt(record) ? [entryOf(record, row.slot, now)] : []
        }),
      }
    },
    restore(given: InvitationEntry, now: number): Restoration {
      const row = findRow(given.record.id)
      const before = row && readRow(row)
      const isKnown = row !== undefined && before !== undefined && now < forgottenAt(before)
      const known = isKnown ? entryOf(before, row.slot, now) : undefined
      const restoration = restored(known, given, now)
      if (!('entry' in restoration)) return restoration.outcome
      if (row !== undefined) drop(row)
      put(restoration.entry)
      return restoration.outcome
    },
    /** Erases what is sealed, or forgets the invitation, whichever it is time for. */
    age(row: InvitationRow): void {
      if (row.slot === null) {
        remove.run(row.id)
      } else {
        slots.erase(row.slot)
        write(readRow(row), null)
      }
    },
  }
}
