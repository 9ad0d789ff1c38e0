import type { z } from 'zod'
import { invitationUrl } from './url.js'
import type { MadeInvitation } from './made-invitation.js'
import { endOf, hasEnded, type StoredInvitation } from './record.js'
import type { invitationSchema, madeInvitationSchema } from './schemas.js'

const MINUTE = 60 * 1000

/**
 * What the maker of an invitation is told, once.
 *
 * @param baseUrl without a trailing slash
 */
export function madeAnswer(
  made: MadeInvitation,
  baseUrl: string,
): z.output<typeof madeInvitationSchema> {
  const { id, code, expiresAt } = made
  const url = invitationUrl(made, baseUrl)
  return {
    id,
    url,
    qr: `${url}/qr.svg`,
    expiresAt: expiresAt.toISOString(),
    // Also when the call is repeated: it gets the answer of then.
    state: 'pending',
    ...(code === undefined ? {} : { code }),
  }
}

/** What is told of an invitation later: nothing that opens it, and not whom it is for. */
export function invitationAnswer({
  record,
  state,
}: Omit<StoredInvitation, 'sealed'>): z.output<typeof invitationSchema> {
  const { id, maker, reference, createdAt, expiresAt, window, downloads, used } = record
  const { openedAt, passcode, sending } = record
  return {
    id,
    state,
    maker,
    ...(reference === undefined ? {} : { reference }),
    createdAt: toTime(createdAt),
    expiresAt: toTime(expiresAt),
    window: window / MINUTE,
    downloads,
    used,
    ...(openedAt === undefined ? {} : { openedAt: toTime(openedAt) }),
    ...(sending === undefined
      ? {}
      : { delivery: { state: sending.state, at: toTime(sending.at) } }),
    ...(hasEnded(state)
      ? { endedAt: toTime(endOf(record)) }
      : passcode === undefined
        ? {}
        : { code: { triesLeft: passcode.triesLeft } }),
  }
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
