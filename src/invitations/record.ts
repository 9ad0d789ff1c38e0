export const INVITATION_STATES = ['pending', 'opened', 'spent', 'expired', 'revoked'] as const

/** How far the life of an invitation is. */
export type InvitationState = (typeof INVITATION_STATES)[number]

/** One in which it gives nothing any more. */
export type EndState = Exclude<InvitationState, 'pending' | 'opened'>

/** How a sending can end. */
export const SENDING_OUTCOMES = ['sent', 'failed', 'uncertain'] as const
export type SendingOutcome = (typeof SENDING_OUTCOMES)[number]

/** What has become of sending it to its person: `sending` since somebody began, who has not told of an end. */
export interface Sending {
  readonly state: 'sending' | SendingOutcome
  readonly at: number
}

/** What a store knows of an invitation besides what is sealed. All times are Unix milliseconds. */
export interface InvitationRecord {
  /** 22 characters of base64url, derived from the token, which no store ever sees. */
  readonly id: string
  /** Whose it is; absent for the top level. */
  readonly tenant?: string
  /** Who made it: the name of an API key, or `cli`. */
  readonly maker: string
  /** The maker's own word for it, in clear. */
  readonly reference?: string
  readonly createdAt: number
  readonly expiresAt: number
  /** Milliseconds that it stays open after the first download. */
  readonly window: number
  /** How many downloads it gives at most. */
  readonly downloads: number
  /** How many it has given. */
  readonly used: number
  /** The time of the first download. */
  readonly openedAt?: number
  /** Set when it ended by its last download or was revoked; other ends follow from the times. */
  readonly ended?: { readonly state: 'spent' | 'revoked'; readonly at: number }
  /** There while the code has to be typed; 0 tries left means that it is locked. */
  readonly passcode?: { readonly triesLeft: number }
  /** There once somebody has begun to send it. */
  readonly sending?: Sending
}

/** A record, and what is sealed: absent once the invitation has ended. */
export interface StoredInvitation {
  readonly record: InvitationRecord
  readonly state: InvitationState
  readonly sealed?: Uint8Array
}

/** How many wrong codes lock an invitation. */
export const PASSCODE_TRIES = 5

/** How long a state is kept after the end at least, so that whoever comes late is told: see `forgottenAt`. */
export const KEPT_AFTER_END = 7 * 24 * 60 * 60 * 1000

/** How long a call with an Idempotency-Key is remembered. */
export const CALLS_KEPT = 24 * 60 * 60 * 1000

/** When it ends, or ended, if nothing else happens. */
export function endOf({ ended, openedAt, window, expiresAt }: InvitationRecord): number {
  if (ended !== undefined) return ended.at
  return openedAt === undefined ? expiresAt : Math.min(expiresAt, openedAt + window)
}

/** The state at a time: an end that follows from the times needs nobody to write it down. */
export function stateAt(record: InvitationRecord, now: number): InvitationState {
  const { ended, openedAt, window, expiresAt } = record
  if (ended !== undefined) return ended.state
  if (now < endOf(record)) return openedAt === undefined ? 'pending' : 'opened'
  return openedAt !== undefined && openedAt + window <= expiresAt ? 'spent' : 'expired'
}

export function hasEnded(state: InvitationState): state is EndState {
  return state !== 'pending' && state !== 'opened'
}
