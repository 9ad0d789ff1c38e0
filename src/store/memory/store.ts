import { SteadyClock, type StoreClocks } from '../../invitations/clock.js'
import { isAfter, parseCursor, writeCursor } from '../../invitations/cursor.js'
import {
  forgottenAt,
  restored,
  type CallEntry,
  type InvitationEntry,
  type Restoration,
  type StoreEntry,
} from '../../invitations/entries.js'
import { knownId } from '../../invitations/failures.js'
import {
  CALLS_KEPT,
  hasEnded,
  stateAt,
  type InvitationRecord,
  type StoredInvitation,
} from '../../invitations/record.js'
import type {
  CallName,
  InvitationChange,
  ListPage,
  ListQuery,
  RepeatedCreation,
  Store,
} from '../../invitations/store.js'
import {
  claimed,
  created,
  revoked,
  sendingBegun,
  sendingEnded,
  tried,
  unlocked,
  withoutPasscode,
  type Transition,
} from '../../invitations/transitions.js'

interface Entry {
  record: InvitationRecord
  sealed: Uint8Array | undefined
}

const SWEEP_INTERVAL = 60_000

/**
 * A store that forgets everything with its process: for tests, and for machines where nothing can be
 * written.
 */
export function createMemoryStore({ now: told, elapsed = () => 0 }: StoreClocks): Store {
  const clock = new SteadyClock()
  const now = () => clock.read(told(), elapsed())
  const kept = new Map<string, Entry>()
  const calls = new Map<string, CallEntry['call']>()
  let sweptAt = now()

  /** Forgets what has had its time, now and then. */
  function sweep(): void {
    if (now() - sweptAt < SWEEP_INTERVAL) return
    sweptAt = now()
    for (const id of kept.keys()) find(id)
    for (const [id, call] of calls) if (call.keptUntil <= now()) calls.delete(id)
  }

  function find(id: string): Entry | undefined {
    const entry = kept.get(id)
    if (entry === undefined) return undefined
    const { record } = entry
    if (now() >= forgottenAt(record)) {
      kept.delete(id)
      return undefined
    }
    if (hasEnded(stateAt(record, now()))) entry.sealed = undefined
    return entry
  }

  function describe({ record, sealed }: Entry): StoredInvitation {
    const state = stateAt(record, now())
    return { record, state, ...(sealed === undefined ? {} : { sealed }) }
  }

  function read(id: string): StoredInvitation | undefined {
    const entry = find(id)
    return entry && describe(entry)
  }

  /**
   * Applies a step to a record.
   *
   * @param sealed instead of what is sealed, if there is something to do
   */
  function change(id: string, step: Transition, sealed?: Uint8Array): InvitationChange | undefined {
    const entry = find(id)
    if (entry === undefined) return undefined
    const next = step(entry.record, now())
    if (next !== undefined) {
      entry.record = next
      if (sealed !== undefined) entry.sealed = Uint8Array.from(sealed)
    }
    const state = stateAt(entry.record, now())
    if (hasEnded(state)) entry.sealed = undefined
    return { record: entry.record, state, changed: next !== undefined }
  }

  function readPage({ tenant, maker, reference, state, cursor, limit }: ListQuery): ListPage {
    const place = cursor === undefined ? undefined : parseCursor(cursor)
    const found = [...kept.keys()]
      .flatMap((id) => find(id) ?? [])
      .map(describe)
      .filter(
        (invitation) =>
          (tenant === undefined || (invitation.record.tenant ?? null) === tenant) &&
          (maker === undefined || invitation.record.maker === maker) &&
          (reference === undefined || invitation.record.reference === reference) &&
          (state === undefined || invitation.state === state) &&
          (place === undefined || isAfter(invitation.record, place)),
      )
      .sort((a, b) => (isAfter(a.record, b.record) ? 1 : -1))
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      invitations: page.map(({ record, state: at }) => ({ record, state: at })),
      ...(found.length > limit && last !== undefined ? { cursor: writeCursor(last.record) } : {}),
    }
  }

  function findCall({ id, digest }: CallName): RepeatedCreation | undefined {
    const call = calls.get(id)
    if (call === undefined || call.keptUntil <= now()) return undefined
    if (call.digest !== digest) return { outcome: 'conflict' }
    const { sealed, invitation, expiresAt } = call
    return { outcome: 'repeated', id: invitation, expiresAt, sealed }
  }

  const done = <T>(value: T): Promise<T> => Promise.resolve(value)

  // All at once: whoever reads slowly shall not see more than one moment.
  async function* entries(): AsyncGenerator<StoreEntry> {
    const keptCalls = [...calls.values()].filter(({ keptUntil }) => now() < keptUntil)
    const found = [...kept.keys()].flatMap((id) => find(id) ?? [])
    yield* await done([...keptCalls.map((call) => ({ call })), ...found.map(entryOf)])
  }

  function entryOf({ record, sealed }: Entry): InvitationEntry {
    return { record, ...(sealed === undefined ? {} : { sealed }) }
  }

  function restoreCall({ call }: CallEntry): Restoration {
    if (call.keptUntil <= now()) return 'over'
    if ((calls.get(call.id)?.keptUntil ?? -Infinity) > now()) return 'known'
    calls.set(call.id, { ...call, sealed: Uint8Array.from(call.sealed) })
    return 'added'
  }

  function restoreInvitation(given: InvitationEntry): Restoration {
    const before = find(given.record.id)
    const restoration = restored(before && entryOf(before), given, now())
    if ('entry' in restoration) {
      const { record, sealed } = restoration.entry
      kept.set(record.id, { record, sealed: sealed && Uint8Array.from(sealed) })
    }
    return restoration.outcome
  }

  return {
    create(invitation, call) {
      sweep()
      const repeated = call && findCall(call)
      if (repeated !== undefined) return done(repeated)
      if (find(invitation.id) !== undefined) return Promise.reject(knownId())
      const record = created(invitation, now())
      // Copies: a caller may use its buffers again.
      kept.set(record.id, { record, sealed: Uint8Array.from(invitation.sealed) })
      if (call) {
        const { id: made, expiresAt } = record
        const sealed = Uint8Array.from(call.sealed)
        const keptUntil = now() + CALLS_KEPT
        calls.set(call.id, { ...call, sealed, invitation: made, expiresAt, keptUntil })
      }
      return done({ outcome: 'created', record })
    },
    findCall: (call) => done(findCall(call)),
    read: (id) => done(read(id)),
    claim: (id) => done(change(id, claimed)),
    takeTry(id) {
      const result = change(id, tried)
      return done(result && { ...result, ...read(id) })
    },
    reseal: (id, sealed) => done(change(id, withoutPasscode, sealed)),
    unlock: (id) => done(change(id, unlocked)),
    revoke: (id) => done(change(id, revoked)),
    beginSending: (id, again = false) => done(change(id, sendingBegun(again))),
    endSending: (id, outcome) => done(change(id, sendingEnded(outcome))),
    list: (query) => Promise.resolve(query).then(readPage),
    entries,
    restore: (entry) => done('call' in entry ? restoreCall(entry) : restoreInvitation(entry)),
    check: () => done(undefined),
    clockBehind() {
      now()
      return done(clock.behind)
    },
    close: () => done(undefined),
  }
}
