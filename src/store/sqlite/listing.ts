import type Database from 'libsql'
import type { ListPosition } from '../../invitations/cursor.js'
import { forgottenAt } from '../../invitations/entries.js'
import { stateAt } from '../../invitations/record.js'
import { ROW_COLUMNS, readRow, type InvitationRow } from './rows.js'
import type { ListPart, StepInput } from './steps.js'

// A state that few are in may be far to find, and nobody else should have to wait for it.
const ROWS_AT_ONCE = 1000

/** Reads lists, a part at a time. */
export function createListing(database: Database.Database) {
  const prepare = (conditions: readonly string[]) =>
    database.prepare(
      `SELECT ${ROW_COLUMNS} FROM invitations
       WHERE ${[...conditions, '(created_at, id) < (?, ?)'].join(' AND ')}
       ORDER BY created_at DESC, id DESC LIMIT ${ROWS_AT_ONCE}`,
    )
  const lists = (conditions: readonly string[]) => ({
    byMaker: prepare([...conditions, 'maker = ?']),
    // The plus keeps SQLite from choosing the longer index.
    byReference: prepare([...conditions, 'reference = ?', '(? IS NULL OR +maker = ?)']),
    all: prepare(conditions),
  })
  const everybodys = lists([])
  const tenants = lists(['tenant = ?'])

  return (
    now: number,
    ...[{ tenant, maker, reference, state, limit }, from]: StepInput<'list'>
  ): ListPart => {
    const place: readonly [number, string] = from
      ? [from.createdAt, from.id]
      : [Number.MAX_SAFE_INTEGER, '']
    const isTenants = typeof tenant === 'string'
    const { byMaker, byReference, all } = isTenants ? tenants : everybodys
    const whose = isTenants ? [tenant] : []
    const rows = (
      reference !== undefined
        ? byReference.all(...whose, reference, maker ?? null, maker ?? null, ...place)
        : maker !== undefined
          ? byMaker.all(...whose, maker, ...place)
          : all.all(...whose, ...place)
    ) as InvitationRow[]
    const invitations: ListPart['invitations'][number][] = []
    let last: ListPosition | undefined
    for (const row of rows) {
      const record = readRow(row)
      last = record
      // Those of the top level lie between those of tenants.
      if (tenant === null && record.tenant !== undefined) continue
      const at = stateAt(record, now)
      if (now < forgottenAt(record) && (state === undefined || at === state)) {
        invitations.push({ record, state: at })
        if (invitations.length === limit) break
      }
    }
    const isEnd = rows.length < ROWS_AT_ONCE && last?.id === rows.at(-1)?.id
    return {
      invitations,
      ...(isEnd || last === undefined ? {} : { next: { createdAt: last.createdAt, id: last.id } }),
    }
  }
}
