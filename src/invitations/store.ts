import type { Restoration, StoreEntry } from './entries.js'
import type {
  InvitationRecord,
  InvitationState,
  SendingOutcome,
  StoredInvitation,
} from './record.js'

/** An invitation as it is given to a store, which adds the times by its own clock. */
export interface NewInvitation extends Pick<
  InvitationRecord,
  'id' | 'tenant' | 'maker' | 'reference' | 'window' | 'downloads'
> {
  readonly sealed: Uint8Array
  /** Milliseconds until it expires. */
  readonly lifetime: number
  /** Whether a code has to be typed first. */
  readonly passcode: boolean
}

/** A call that may be repeated: what is kept of it for 24 hours. */
export interface RepeatableCall {
  /** Of the caller and its Idempotency-Key. */
  readonly id: string
  /** Of what was asked for. */
  readonly digest: string
  /** What the caller needs to give the same answer again, sealed. */
  readonly sealed: Uint8Array
}

/** A call without its answer. */
export type CallName = Pick<RepeatableCall, 'id' | 'digest'>

/** What comes of making an invitation. */
export type Creation =
  { readonly outcome: 'created'; readonly record: InvitationRecord } | RepeatedCreation

/** What comes of a call that was made before. */
export type RepeatedCreation =
  /** The call was made before; nothing was created. */
  | {
      readonly outcome: 'repeated'
      readonly id: string
      readonly expiresAt: number
      readonly sealed: Uint8Array
    }
  /** The call was made before, for something else. */
  | { readonly outcome: 'conflict' }

/** An invitation as a step left it. What is sealed is given by `takeTry` alone. */
export interface InvitationChange extends StoredInvitation {
  /** Whether the step was done; false where there was nothing to do, or it was refused. */
  readonly changed: boolean
}

/** Which invitations to list. */
export interface ListQuery {
  /** Only those of this tenant; null for those of none, which are the top level's. */
  readonly tenant?: string | null | undefined
  /** Only what this one made. */
  readonly maker?: string | undefined
  readonly reference?: string | undefined
  readonly state?: InvitationState | undefined
  /** Where the page before ended. */
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A part of a list. */
export interface ListPage {
  /** Newest first, without what is sealed. */
  readonly invitations: readonly Omit<StoredInvitation, 'sealed'>[]
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/**
 * Keeps invitations. It never sees a token, a key, an address or a password. Each call is one atomic
 * step, and what it reports has been written durably.
 *
 * Every call rejects with MailProfileError `store_unavailable` while the store cannot be used; what an
 * unknown id gives is undefined. A record is known until 7 days after its end, and until it would have
 * expired.
 */
export interface Store {
  /**
   * Keeps an invitation, and the call that made it in the same step. A call that was made before is
   * looked at first. An id that is known is never replaced: it rejects with `internal`, and nothing is
   * kept.
   */
  create(invitation: NewInvitation, call?: RepeatableCall): Promise<Creation>
  /** What `create` would find of a call that was made before, and undefined for a new one. */
  findCall(call: CallName): Promise<RepeatedCreation | undefined>
  /** An invitation as it is now; nothing changes by that. */
  read(id: string): Promise<StoredInvitation | undefined>
  /**
   * Counts one download, if there is one left, the invitation has not ended, and no code is wanted. The
   * last one erases what is sealed, and leaves it `spent`.
   */
  claim(id: string): Promise<InvitationChange | undefined>
  /**
   * Takes one of the tries to type the code, before the code is looked at, so that no two guesses are
   * one try: none where it has ended, is locked, or wants no code.
   */
  takeTry(id: string): Promise<InvitationChange | undefined>
  /** Replaces what is sealed and wants no code any more, unless it has ended or wants none. */
  reseal(id: string, sealed: Uint8Array): Promise<InvitationChange | undefined>
  /** Gives all tries back, unless it has ended or wants no code. */
  unlock(id: string): Promise<InvitationChange | undefined>
  /** Ends it, unless it has ended, and erases what is sealed. */
  revoke(id: string): Promise<InvitationChange | undefined>
  /**
   * Writes down that it is being sent, before it is: `changed` for the one of several who may do it. Only
   * where nobody has begun yet or it has failed, and it has not ended.
   *
   * @param again whether it may be sent whatever has become of that before; no by default
   */
  beginSending(id: string, again?: boolean): Promise<InvitationChange | undefined>
  /** Writes down what has become of it, if it is being sent. */
  endSending(id: string, outcome: SendingOutcome): Promise<InvitationChange | undefined>
  /** A page of those that a query is about, newest first. */
  list(query: ListQuery): Promise<ListPage>
  /**
   * All that is kept, for a backup, while the store is used: each once and as it was at a moment, in any
   * order. A call comes before what it made, so that it never comes alone.
   */
  entries(): AsyncIterable<StoreEntry>
  /**
   * Keeps what a backup has, in one step and with its own times. What is known is never undone: see
   * `restored`. The same entry again changes nothing.
   */
  restore(entry: StoreEntry): Promise<Restoration>
  /** Writes something that nobody needs, and rejects when the store cannot be used now. */
  check(): Promise<void>
  /**
   * Milliseconds that the store's clock is behind the latest time that it has shown: 0 while it goes
   * right. Times go on meanwhile as if it had not been set back.
   */
  clockBehind(): Promise<number>
  /** How many copies, which may take over when it fails, are seen to follow; absent where there can be none. */
  readonly countReplicas?: () => Promise<number>
  /** What is removed when its memory is full, as the server calls it; undefined where it may not be asked. */
  readonly evictionPolicy?: () => Promise<string | undefined>
  /** Ends what is open; nothing may be asked after that. */
  close(): Promise<void>
}

/**
 * A look at a store that leaves nothing there: neither files nor keys. Its `check` rejects when the store
 * could be read and not written.
 */
export type StoreTrial = Pick<
  Store,
  'check' | 'clockBehind' | 'countReplicas' | 'evictionPolicy' | 'close'
>
