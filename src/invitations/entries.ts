import {
  KEPT_AFTER_END,
  endOf,
  hasEnded,
  stateAt,
  type InvitationRecord,
  type Sending,
} from './record.js'

/** An invitation in full, as a backup has it: what is sealed is there while it is open. */
export interface InvitationEntry {
  readonly record: InvitationRecord
  readonly sealed?: Uint8Array
}

/** A call that may be repeated, in full. */
export interface CallEntry {
  readonly call: {
    readonly id: string
    readonly digest: string
    readonly sealed: Uint8Array
    /** The invitation that it made, by its id. */
    readonly invitation: string
    /** When that expires. */
    readonly expiresAt: number
    /** Until when the call is remembered. */
    readonly keptUntil: number
  }
}

/** One of all the things that a store keeps. */
export type StoreEntry = InvitationEntry | CallEntry

/**
 * What came of an entry: it was not known; the store knew it, and not all that has become of it; the store
 * knew no less; or it has had its time.
 */
export type Restoration = 'added' | 'joined' | 'known' | 'over'

/** The same, with the invitation as the store has to have it then, sealed while it is open. */
export type InvitationRestoration =
  | { readonly outcome: 'added' | 'joined'; readonly entry: InvitationEntry }
  | { readonly outcome: 'known' | 'over' }

/**
 * What a store that knows an invitation, or does not, makes of one from a backup. Nothing is ever undone:
 * whatever either of the two knows to have happened has happened.
 *
 * @param known as the store has it; undefined where it knows nothing of it any more
 * @param now by the store's clock
 */
export function restored(
  known: InvitationEntry | undefined,
  given: InvitationEntry,
  now: number,
): InvitationRestoration {
  const entry = known === undefined ? given : joined(known, given)
  if (entry === undefined) return { outcome: 'known' }
  const { record, sealed } = entry
  // What a store knows it does not forget for the times of a backup.
  if (known !== undefined && now >= forgottenAt(record)) return { outcome: 'known' }
  const isOpen = !hasEnded(stateAt(record, now))
  // An open one without what is sealed is of no use to anybody.
  if (known === undefined && (isOpen ? sealed === undefined : now >= forgottenAt(record))) {
    return { outcome: 'over' }
  }
  return {
    outcome: known === undefined ? 'added' : 'joined',
    entry: isOpen && sealed !== undefined ? { record, sealed } : { record },
  }
}

/**
 * When nothing of an invitation is known any more. What ended early is known for as long as it was made for:
 * a backup from before its end would bring it back.
 */
export function forgottenAt(record: InvitationRecord): number {
  return Math.max(endOf(record) + KEPT_AFTER_END, record.expiresAt)
}

/** Both lives of an invitation in one; undefined where the other adds nothing. */
function joined(known: InvitationEntry, other: InvitationEntry): InvitationEntry | undefined {
  const [a, b] = [known.record, other.record]
  const openedAt = earlier(a.openedAt, b.openedAt)
  const ended = a.ended === undefined || (b.ended?.at ?? Infinity) < a.ended.at ? b.ended : a.ended
  const sending = later(a.sending, b.sending)
  // Whoever has seen the right code has sealed it anew, under the link alone.
  const isTyped = b.passcode === undefined && other.sealed !== undefined
  const triesLeft = Math.min(
    a.passcode?.triesLeft ?? Infinity,
    b.passcode?.triesLeft ?? a.passcode?.triesLeft ?? Infinity,
  )
  const record: InvitationRecord = {
    ...withoutChanges(a),
    used: Math.max(a.used, b.used),
    ...(openedAt === undefined ? {} : { openedAt }),
    ...(ended === undefined ? {} : { ended }),
    ...(a.passcode === undefined || isTyped ? {} : { passcode: { triesLeft } }),
    ...(sending === undefined ? {} : { sending }),
  }
  if (isSame(record, a)) return undefined
  const sealed = a.passcode !== undefined && isTyped ? other.sealed : known.sealed
  return { record, ...(sealed === undefined ? {} : { sealed }) }
}

function withoutChanges(record: InvitationRecord) {
  const { id, tenant, maker, reference, createdAt, expiresAt, window, downloads } = record
  return {
    id,
    ...(tenant === undefined ? {} : { tenant }),
    maker,
    ...(reference === undefined ? {} : { reference }),
    createdAt,
    expiresAt,
    window,
    downloads,
  }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}

function later(a: Sending | undefined, b: Sending | undefined): Sending | undefined {
  return a === undefined || (b !== undefined && b.at > a.at) ? b : a
}

function isSame(a: InvitationRecord, b: InvitationRecord): boolean {
  return (
    a.used === b.used &&
    a.openedAt === b.openedAt &&
    a.ended?.at === b.ended?.at &&
    a.ended?.state === b.ended?.state &&
    a.passcode?.triesLeft === b.passcode?.triesLeft &&
    a.sending?.at === b.sending?.at &&
    a.sending?.state === b.sending?.state
  )
}
