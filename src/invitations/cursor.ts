import { MailProfileError } from '../errors.js'
import type { InvitationRecord } from './record.js'

/** A place in the list of invitations, which is newest first and by id among equals. */
export interface ListPosition {
  readonly createdAt: number
  readonly id: string
}

const CURSOR = /^(\d{1,15})\.([\w-]{22})$/

export function writeCursor({ createdAt, id }: Pick<InvitationRecord, 'createdAt' | 'id'>): string {
  return `${createdAt}.${id}`
}

/** @throws MailProfileError `invalid_request` */
export function parseCursor(text: string): ListPosition {
  const [, createdAt, id] = CURSOR.exec(text) ?? []
  if (createdAt === undefined || id === undefined) {
    throw new MailProfileError('invalid_request', 'The cursor is none that a list gave.', {
      hint: 'Leave it out to begin with the newest.',
      field: 'cursor',
    })
  }
  return { createdAt: Number(createdAt), id }
}

/** Whether a record comes after a place. */
export function isAfter(
  record: Pick<InvitationRecord, 'createdAt' | 'id'>,
  place: ListPosition,
): boolean {
  return (
    record.createdAt < place.createdAt ||
    (record.createdAt === place.createdAt && record.id < place.id)
  )
}
