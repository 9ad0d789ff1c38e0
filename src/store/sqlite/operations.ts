import type Database from 'libsql'
import { CALL_COLUMNS, createCallTable, type CallRow } from './calls.js'
import { createInvitationTable } from './invitations.js'
import type { SteadyClock } from '../../invitations/clock.js'
import { createListing } from './listing.js'
import { ROW_COLUMNS, type InvitationRow } from './rows.js'
import { createSlots } from './slots.js'
import type { EntryPlace, StoreSteps } from './steps.js'
import {
  claimed,
  created,
  revoked,
  sendingBegun,
  sendingEnded,
  tried,
  unlocked,
  withoutPasscode,
} from '../../invitations/transitions.js'

// A step that takes long would hold up all others.
const SWEPT_AT_ONCE = 200
const ENTRIES_AT_ONCE = 500
const FIRST_INVITATION: EntryPlace = { table: 'invitations', after: '' }
// As much as an invitation needs.
const PROBE_BYTES = 8192

/**
 * The steps of the store on one database. Each reads before it writes, so that a refused one has
 * written nothing.
 *
 * @param onErase told of each erasure: the write-ahead log still has the bytes
 */
export function createSteps(
  database: Database.Database,
  clock: Pick<SteadyClock, 'behind'>,
  onErase: () => void,
): StoreSteps {
  const slots = createSlots(database, onErase)
  const calls = createCallTable(database, slots)
  const invitations = createInvitationTable(database, slots)
  const probe = database.prepare(
    `INSERT OR REPLACE INTO probe (id, bytes) VALUES (1, zeroblob(${PROBE_BYTES}))`,
  )
  const due = database.prepare(
    `SELECT ${ROW_COLUMNS} FROM invitations WHERE due_at <= ? ORDER BY due_at LIMIT ${SWEPT_AT_ONCE}`,
  )
  const dueCalls = database.prepare(
    `SELECT ${CALL_COLUMNS} FROM calls WHERE kept_until <= ? LIMIT ${SWEPT_AT_ONCE}`,
  )

  return {
    create(now, invitation, call) {
      const repeated = call && calls.repeat(call, now)
      if (repeated !== undefined) return repeated
      const record = created(invitation, now)
      if (!invitations.add(record, invitation.sealed)) return undefined
      if (call) calls.keep(call, record, now)
      return { outcome: 'created', record }
    },
    findCall: (now, call) => calls.repeat(call, now),
    read: (now, id) => invitations.read(id, now),
    claim: (now, id) => invitations.change(id, now, claimed),
    takeTry(now, id) {
      const result = invitations.change(id, now, tried)
      return result && { ...result, ...invitations.read(id, now) }
    },
    reseal: (now, id, sealed) => invitations.change(id, now, withoutPasscode, sealed),
    unlock: (now, id) => invitations.change(id, now, unlocked),
    revoke: (now, id) => invitations.change(id, now, revoked),
    beginSending: (now, id, again = false) => invitations.change(id, now, sendingBegun(again)),
    endSending: (now, id, outcome) => invitations.change(id, now, sendingEnded(outcome)),
    list: createListing(database),
    entries(now, { table, after }) {
      const from = table === 'calls' ? calls : invitations
      const { entries, last } = from.entriesAfter(after, ENTRIES_AT_ONCE, now)
      if (last !== undefined) return { entries, next: { table, after: last } }
      return { entries, ...(table === 'calls' ? { next: FIRST_INVITATION } : {}) }
    },
    restore: (now, entry) =>
      'call' in entry ? calls.restore(entry, now) : invitations.restore(entry, now),
    check: () => void probe.run(),
    clockBehind: () => clock.behind,
    sweep(now) {
      const rows = due.all(now) as InvitationRow[]
      for (const row of rows) invitations.age(row)
      const callRows = dueCalls.all(now) as CallRow[]
      for (const row of callRows) calls.forget(row)
      return rows.length === SWEPT_AT_ONCE || callRows.length === SWEPT_AT_ONCE
    },
  }
}
