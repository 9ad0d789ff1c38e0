import { forgottenAt } from '../../invitations/entries.js'
import { endOf, type InvitationRecord, type Sending } from '../../invitations/record.js'

/** A row of the table of invitations. */
export interface InvitationRow {
  readonly id: string
  readonly tenant: string | null
  readonly maker: string
  readonly reference: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly open_for: number
  readonly downloads: number
  readonly used: number
  readonly opened_at: number | null
  readonly ended_state: 'spent' | 'revoked' | null
  readonly ended_at: number | null
  readonly tries_left: number | null
  readonly sending_state: Sending['state'] | null
  readonly sending_at: number | null
  readonly slot: number | null
}

export const ROW_COLUMNS =
  'id, tenant, maker, reference, created_at, expires_at, open_for, downloads, used, opened_at, ended_state, ' +
  'ended_at, tries_left, sending_state, sending_at, slot'

export function readRow(row: InvitationRow): InvitationRecord {
  const { tenant, reference, opened_at: openedAt, tries_left: triesLeft } = row
  return {
    id: row.id,
    ...(tenant === null ? {} : { tenant }),
    maker: row.maker,
    ...(reference === null ? {} : { reference }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    window: row.open_for,
    downloads: row.downloads,
    used: row.used,
    ...(openedAt === null ? {} : { openedAt }),
    ...(row.ended_state === null || row.ended_at === null
      ? {}
      : { ended: { state: row.ended_state, at: row.ended_at } }),
    ...(triesLeft === null ? {} : { passcode: { triesLeft } }),
    ...(row.sending_state === null || row.sending_at === null
      ? {}
      : { sending: { state: row.sending_state, at: row.sending_at } }),
  }
}

/** The columns of a record that never change, in the order of `ROW_COLUMNS`. */
export function fixedColumns(record: InvitationRecord) {
  const { id, tenant, maker, reference, createdAt, expiresAt, window, downloads } = record
  return [
    id,
    tenant ?? null,
    maker,
    reference ?? null,
    createdAt,
    expiresAt,
    window,
    downloads,
  ] as const
}

/** Those that do. */
export function changingColumns(record: InvitationRecord, slot: number | null) {
  const { used, openedAt, ended, passcode, sending } = record
  return [
    used,
    openedAt ?? null,
    ended?.state ?? null,
    ended?.at ?? null,
    passcode?.triesLeft ?? null,
    sending?.state ?? null,
    sending?.at ?? null,
    slot,
    slot === null ? forgottenAt(record) : endOf(record),
  ] as const
}
