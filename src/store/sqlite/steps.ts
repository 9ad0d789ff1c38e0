import type { ListPosition } from '../../invitations/cursor.js'
import type { Restoration, StoreEntry } from '../../invitations/entries.js'
import type {
  Creation,
  ListPage,
  ListQuery,
  NewInvitation,
  RepeatableCall,
  Store,
} from '../../invitations/store.js'

/** A part of a list: the rows from a place on, as many as one step looks at. */
export interface ListPart {
  readonly invitations: ListPage['invitations']
  /** Where the next part begins; absent when this was the last. */
  readonly next?: ListPosition
}

/** A place in all that is kept: calls first, by their ids. */
export interface EntryPlace {
  readonly table: 'calls' | 'invitations'
  readonly after: string
}

/** A part of all that is kept. */
export interface EntryPart {
  readonly entries: readonly StoreEntry[]
  /** Where the next part begins; absent when this was the last. */
  readonly next?: EntryPlace
}

/** What the thread with the database does, each in one step: what goes in and what comes out. */
export interface StepShapes extends StepsOfStore {
  /** Gives undefined for an id that is known. */
  create: {
    in: [invitation: NewInvitation, call: RepeatableCall | undefined]
    out: Creation | undefined
  }
  list: {
    in: [
      query: Pick<ListQuery, 'tenant' | 'maker' | 'reference' | 'state' | 'limit'>,
      from: ListPosition | undefined,
    ]
    out: ListPart
  }
  entries: { in: [from: EntryPlace]; out: EntryPart }
  restore: { in: [entry: StoreEntry]; out: Restoration }
  check: { in: []; out: undefined }
  /** Erases what has had its time, some at once, and tells whether there may be more. */
  sweep: { in: []; out: boolean }
}

// Those that are the store's own, as its contract has them.
type StepsOfStore = {
  [
    K in
      | 'findCall'
      | 'read'
      | 'claim'
      | 'takeTry'
      | 'reseal'
      | 'unlock'
      | 'revoke'
      | 'beginSending'
      | 'endSending'
      | 'clockBehind'
  ]: {
    in: Parameters<Store[K]>
    out: Awaited<ReturnType<Store[K]>>
  }
}

export type StoreStepName = keyof StepShapes
export type StepInput<K extends StoreStepName> = StepShapes[K]['in']
export type StepOutput<K extends StoreStepName> = StepShapes[K]['out']

/** Each step, at a time in Unix milliseconds. */
export type StoreSteps = {
  readonly [K in StoreStepName]: (now: number, ...input: StepInput<K>) => StepOutput<K>
}

export interface StoreStep<K extends StoreStepName = StoreStepName> {
  readonly name: K
  readonly input: StepInput<K>
}

/** Why something could not be done, in a form that goes from thread to thread. */
export interface StepFailure {
  readonly message: string
  readonly hint?: string | undefined
}

export type StepResult =
  { readonly output: StepOutput<StoreStepName> } | { readonly failure: StepFailure }

/** What the thread is started with. */
export interface ThreadData {
  readonly file: string
  /** Whether it shows the database as it was at its start, and changes nothing. */
  readonly isSnapshot: boolean
}

/** To the thread: steps for one transaction, or the end. */
export type ThreadRequest = (Moment & { readonly steps: readonly StoreStep[] }) | 'close'

/** What the clocks said, in milliseconds: see StoreClocks. */
export interface Moment {
  readonly now: number
  readonly elapsed: number
}

/** From the thread: first whether it has opened the file, then the results of each request, in order. */
export type ThreadReply =
  | { readonly opened: true }
  | { readonly failure: StepFailure }
  | { readonly results: readonly StepResult[] }
  /** Instead of results: another process has kept the file for itself. */
  | { readonly locked: StepFailure }
