import { randomBytes as systemRandomBytes } from 'node:crypto'
import { Making, type MadeInvitation } from './making.js'
import type { AuditEvent, Means } from './means.js'
import { PasscodeEntry, type CodeOutcome } from './passcode-entry.js'
import { createPasscodeLanes } from './passcode-lanes.js'
import { readPerson, type InvitedPerson } from './person.js'
import { hasEnded, type InvitationRecord, type InvitationState } from './record.js'
import type { IdempotentCall } from './repeatable-call.js'
import { unseal } from './sealing.js'
import type { InvitationChange, Store } from './store.js'
import type { MakerTerms } from './terms.js'
import { deriveSecrets, parseToken } from './token.js'
import type { Turn } from './work-queue.js'

// The store's clock may go differently from ours.
const LATER = 1000

/** What the holder of a true link gets to know. */
export interface HeldInvitation {
  readonly record: InvitationRecord
  readonly state: InvitationState
  /** Absent once it has ended, and while its code is wanted. */
  readonly person?: InvitedPerson
}

/** What invitations are kept in, and who is told of them. */
export interface InvitationsOptions {
  readonly store: Store
  readonly audit?: ((event: AuditEvent) => void) | undefined
  readonly randomBytes?: (size: number) => Buffer
}

/** Makes, opens and ends invitations over a store. */
export class Invitations {
  readonly store: Store
  readonly #means: Means
  readonly #making: Making
  readonly #passcodeEntry: PasscodeEntry

  constructor({
    store,
    audit = () => undefined,
    randomBytes = systemRandomBytes,
  }: InvitationsOptions) {
    this.store = store
    this.#means = { store, audit, randomBytes }
    const lanes = createPasscodeLanes()
    this.#making = new Making(this.#means, lanes.makers)
    this.#passcodeEntry = new PasscodeEntry(this.#means, lanes.people)
  }

  /**
   * Makes an invitation. When it resolves, the store has it durably.
   *
   * @param maker the name of the API key, or `cli`
   * @param call given where the caller may repeat it: the same call gives the same invitation, and is
   *   made even when its caller has gone
   * @throws MailProfileError `store_unavailable`; `idempotency_conflict` for another body;
   *   `too_many_requests` when too many with a code are being made
   */
  make(
    person: InvitedPerson,
    terms: MakerTerms,
    call?: IdempotentCall,
    waited: Pick<Turn, 'signal'> = {},
  ): Promise<MadeInvitation> {
    return this.#making.make(person, terms, call, waited)
  }

  /**
   * What a link holds. Whatever is no true link takes as long as a true one that nobody knows, and
   * gives the same.
   *
   * @throws MailProfileError `store_unavailable`
   */
  async open(token: string): Promise<HeldInvitation | undefined> {
    const { id, key } = deriveSecrets(this.#bytesOf(token))
    const stored = await this.store.read(id)
    if (stored === undefined) return undefined
    const { record, state, sealed } = stored
    if (sealed === undefined || record.passcode !== undefined) return { record, state }
    const text = unseal(sealed, key, id)
    // Bytes that were changed in the store: as good as no invitation.
    return text === undefined ? undefined : { record, state, person: readPerson(text) }
  }

  /**
   * Counts one download: the last step before the answer goes out.
   *
   * @returns undefined when it may not go out
   * @throws MailProfileError `store_unavailable`
   */
  async claim({ record: { id } }: HeldInvitation): Promise<InvitationRecord | undefined> {
    const claim = await this.store.claim(id)
    if (claim?.changed !== true) return undefined
    if (claim.record.used === 1) this.#means.audit({ event: 'opened', id })
    if (hasEnded(claim.state)) this.#means.audit({ event: 'spent', id })
    else if (claim.record.used === 1) this.#watchWindow(claim.record)
    return claim.record
  }

  // Its end by the window is nobody's doing, so whoever gave the first download looks whether it came.
  #watchWindow({ id, window }: InvitationRecord): void {
    const look = async () => {
      const stored = await this.store.read(id)
      if (stored?.state === 'spent' && stored.record.ended === undefined) {
        this.#means.audit({ event: 'spent', id })
      }
    }
    // What cannot be found out then is not told later: the log is of events, the store of states.
    setTimeout(() => void look().catch(() => undefined), window + LATER).unref()
  }

  /**
   * Tries a code. The right one seals the account again, under the token alone, so that downloads need
   * no cookie; five wrong ones lock the invitation. Whoever finds no place to have it looked at loses no
   * try.
   *
   * @throws MailProfileError `store_unavailable`; `too_many_requests` when too many are being looked at
   */
  enterCode(token: string, typed: string, waited: Pick<Turn, 'signal'> = {}): Promise<CodeOutcome> {
    return this.#passcodeEntry.enter(this.#bytesOf(token), typed, waited)
  }

  /** @throws MailProfileError `store_unavailable` */
  async revoke(id: string, key: string): Promise<InvitationChange | undefined> {
    const result = await this.store.revoke(id)
    if (result?.changed === true) this.#means.audit({ event: 'revoked', id, key })
    return result
  }

  /** @throws MailProfileError `store_unavailable` */
  async unlock(id: string, key: string): Promise<InvitationChange | undefined> {
    const result = await this.store.unlock(id)
    if (result?.changed === true) this.#means.audit({ event: 'unlocked', id, key })
    return result
  }

  #bytesOf(token: string): Buffer {
    // Random ones stand in for what is none.
    return parseToken(token) ?? this.#means.randomBytes(16)
  }
}
