import type { Store } from './store.js'

/** What happens to invitations, for the audit log: nothing but this. */
export interface AuditEvent {
  readonly event: 'made' | 'opened' | 'spent' | 'revoked' | 'locked' | 'unlocked'
  readonly id: string
  /** Who did it, where that is known: the name of an API key, or `cli`. */
  readonly key?: string
}

/** What whatever is done with invitations needs. */
export interface Means {
  readonly store: Store
  readonly audit: (event: AuditEvent) => void
  readonly randomBytes: (size: number) => Buffer
}
