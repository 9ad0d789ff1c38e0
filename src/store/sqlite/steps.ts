import type { ListPosition } from '../../invitations/cursor.js'
import type { StoredInvitation } from '../../invitations/record.js'
import type {
  CallName,
  InvitationChange,
  Creation,
  ListPage,
  ListQuery,
  NewInvitation,
  RepeatableCall,
  RepeatedCreation,
} from '../../invitations/store.js'

/** A part of a list: the rows from a place on, as many as one step looks at. */
export interface ListPart {
  readonly invitations: ListPage['invitations']
  /** Where the next part begins; absent when this was the last. */
  readonly next?: ListPosition
}

/** What the thread with the database does, each in one step: what goes in and what comes out. */
export interface StepShapes {
  /** Gives undefined for an id that is known. */
  create: {
    in: [invitation: NewInvitation, call: RepeatableCall | undefined]
    out: Creation | undefined
  }
  findCall: { in: [call: CallName]; out: RepeatedCreation | undefined }
  read: { in: [id: string]; out: StoredInvitation | undefined }
  claim: { in: [id: string]; out: InvitationChange | undefined }
  takeTry: { in: [id: string]; out: InvitationChange | undefined }
  reseal: { in: [id: string, sealed: Uint8Array]; out: InvitationChange | undefined }
  unlock: { in: [id: string]; out: InvitationChange | undefined }
  revoke: { in: [id: string]; out: InvitationChange | undefined }
  list: {
    in: [
      query: Pick<ListQuery, 'maker' | 'reference' | 'state' | 'limit'>,
      from: ListPosition | undefined,
    ]
    out: ListPart
  }
  check: { in: []; out: undefined }
  clockBehind: { in: []; out: number }
  /** Erases what has had its time, some at once, and tells whether there may be more. */
  sweep: { in: []; out: boolean }
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
