import {
  PASSCODE_TRIES,
  hasEnded,
  stateAt,
  type InvitationRecord,
  type SendingOutcome,
} from './record.js'
import type { NewInvitation } from './store.js'

/**
 * What a step makes of a record, for stores that read and write in one transaction: the record as it is
 * afterwards, or undefined when there is nothing to do.
 */
export type Transition = (record: InvitationRecord, now: number) => InvitationRecord | undefined

/** The record of a new invitation. */
export function created(invitation: NewInvitation, now: number): InvitationRecord {
  const { id, tenant, maker, reference, lifetime, window, downloads, passcode } = invitation
  return {
    id,
    ...(tenant === undefined ? {} : { tenant }),
    maker,
    ...(reference === undefined ? {} : { reference }),
    createdAt: now,
    expiresAt: now + lifetime,
    window,
    downloads,
    used: 0,
    ...(passcode ? { passcode: { triesLeft: PASSCODE_TRIES } } : {}),
  }
}

/** One download. */
export function claimed(record: InvitationRecord, now: number): InvitationRecord | undefined {
  if (hasEnded(stateAt(record, now)) || record.passcode !== undefined) return undefined
  const used = record.used + 1
  return {
    ...record,
    used,
    openedAt: record.openedAt ?? now,
    ...(used >= record.downloads ? { ended: { state: 'spent', at: now } } : {}),
  }
}

/** One try of the passcode. */
export function tried(record: InvitationRecord, now: number): InvitationRecord | undefined {
  const triesLeft = record.passcode?.triesLeft ?? 0
  if (hasEnded(stateAt(record, now)) || triesLeft === 0) return undefined
  return { ...record, passcode: { triesLeft: triesLeft - 1 } }
}

/** The passcode was right. */
export function withoutPasscode(
  record: InvitationRecord,
  now: number,
): InvitationRecord | undefined {
  if (hasEnded(stateAt(record, now)) || record.passcode === undefined) return undefined
  const rest: { -readonly [K in keyof InvitationRecord]: InvitationRecord[K] } = { ...record }
  delete rest.passcode
  return rest
}

/** All tries of the passcode are given back. */
export function unlocked(record: InvitationRecord, now: number): InvitationRecord | undefined {
  if (hasEnded(stateAt(record, now)) || record.passcode === undefined) return undefined
  return { ...record, passcode: { triesLeft: PASSCODE_TRIES } }
}

export function revoked(record: InvitationRecord, now: number): InvitationRecord | undefined {
  if (hasEnded(stateAt(record, now))) return undefined
  return { ...record, ended: { state: 'revoked', at: now } }
}

/**
 * Somebody begins to send it: the one of several who finds that nobody has, or that it has failed.
 *
 * @param again whether whatever has become of it before does not count
 */
export function sendingBegun(again: boolean): Transition {
  return (record, now) => {
    const before = record.sending?.state ?? 'failed'
    if (hasEnded(stateAt(record, now)) || (before !== 'failed' && !again)) return undefined
    return { ...record, sending: { state: 'sending', at: now } }
  }
}

/** What has become of it, also when the invitation has been used and has ended meanwhile. */
export function sendingEnded(outcome: SendingOutcome): Transition {
  return (record, now) =>
    record.sending?.state === 'sending'
      ? { ...record, sending: { state: outcome, at: now } }
      : undefined
}
