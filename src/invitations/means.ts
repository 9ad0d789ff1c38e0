import { randomBytes as systemRandomBytes } from 'node:crypto'
import { CallsUnderWay } from './calls-under-way.js'
import type { MadeInvitation } from './made-invitation.js'
import { createPasscodeLanes, type PasscodeLanes } from './passcode-lanes.js'
import type { InvitationRecord } from './record.js'
import type { Store } from './store.js'

/** What happens to invitations, for the audit log: nothing but this. */
export interface AuditEvent {
  readonly event:
    'made' | 'sent' | 'unsent' | 'opened' | 'spent' | 'revoked' | 'locked' | 'unlocked'
  readonly id: string
  /** Whose it is, where it is a tenant's: names of API keys are each tenant's own. */
  readonly tenant?: string
  /** Who did it, where that is known: the name of an API key, or `cli`. */
  readonly key?: string
}

/** What invitations are kept in, and who is told of them. */
export interface InvitationsOptions {
  readonly store: Store
  /** Told of everything that happens to an invitation; by default nobody is. */
  readonly audit?: ((event: AuditEvent) => void) | undefined
  /** Where tokens, codes and salts come from; the system by default. */
  readonly randomBytes?: (size: number) => Buffer
}

/** What whatever is done with invitations needs, whosever they are. */
export class Means implements Required<InvitationsOptions> {
  readonly store: Store
  readonly audit: (event: AuditEvent) => void
  readonly randomBytes: (size: number) => Buffer
  readonly lanes: PasscodeLanes = createPasscodeLanes()
  readonly callsUnderWay = new CallsUnderWay<MadeInvitation>()

  constructor({
    store,
    audit = () => undefined,
    randomBytes = systemRandomBytes,
  }: InvitationsOptions) {
    this.store = store
    this.audit = audit
    this.randomBytes = randomBytes
  }

  /** Tells what happened to an invitation. */
  report(
    event: AuditEvent['event'],
    { id, tenant }: Pick<InvitationRecord, 'id' | 'tenant'>,
    key?: string,
  ): void {
    this.audit({
      event,
      id,
      ...(tenant === undefined ? {} : { tenant }),
      ...(key === undefined ? {} : { key }),
    })
  }
}
