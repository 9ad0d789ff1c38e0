import { KeptInvitations } from './kept-invitations.js'
import type { MadeInvitation } from './made-invitation.js'
import { Making, type DrawnInvitation } from './making.js'
import { Means, type InvitationsOptions } from './means.js'
import { PasscodeEntry, type CodeOutcome } from './passcode-entry.js'
import { readPerson, type InvitedPerson } from './person.js'
import {
  hasEnded,
  type InvitationRecord,
  type InvitationState,
  type SendingOutcome,
  type StoredInvitation,
} from './record.js'
import type { IdempotentCall } from './repeatable-call.js'
import { unseal } from './sealing.js'
import type { InvitationChange, ListPage, ListQuery, Store } from './store.js'
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

/**
 * Makes, opens and ends the invitations of one tenant over a store. Those of another are as unknown as
 * those that nobody made: the same answer, after the same work.
 *
 * @example
 * ```ts
 * import { DEFAULT_TERMS, Invitations, openStore, parseInvitedPerson } from 'mailprofile'
 *
 * const store = await openStore('memory:')
 * const invitations = new Invitations({ store })
 * const person = parseInvitedPerson({ address: 'ann@btinternet.com', password: 'of Ann' })
 * const { id, token } = await invitations.make(person, { ...DEFAULT_TERMS, maker: 'sign-up' })
 * const held = await invitations.open(token)
 * console.log(held?.state, held?.person?.address) // pending ann@btinternet.com
 * await invitations.revoke(id, 'sign-up')
 * console.log((await invitations.open(token))?.state) // revoked
 * await store.close()
 * ```
 */
export class Invitations {
  readonly #means: Means
  readonly #tenant: string | undefined
  readonly #making: Making
  readonly #passcodeEntry: PasscodeEntry
  readonly #kept: KeptInvitations

  /** @param tenant whose they are; undefined for the top level, which is all where there are no tenants */
  constructor(options: InvitationsOptions, tenant?: string) {
    this.#means = options instanceof Means ? options : new Means(options)
    this.#tenant = tenant
    this.#making = new Making(this.#means, tenant)
    this.#passcodeEntry = new PasscodeEntry(this.#means, tenant)
    this.#kept = new KeptInvitations(this.#means, tenant ?? null)
  }

  /**
   * The store itself, in which everybody's are.
   *
   * @deprecated for programs from before there were tenants: `find` and `list` know whose they are
   */
  get store(): Store {
    return this.#means.store
  }

  /**
   * Those of a tenant over the same store: what takes turns or is under way in this process is shared.
   *
   * @param tenant undefined for the top level
   */
  forTenant(tenant: string | undefined): Invitations {
    return new Invitations(this.#means, tenant)
  }

  /** Everybody's, for the operator alone. */
  ofEveryTenant(): KeptInvitations {
    return new KeptInvitations(this.#means, undefined)
  }

  /**
   * Makes an invitation. When it resolves, the store has it durably.
   *
   * @param call given where the caller may repeat it: the same call gives the same invitation, and is
   *   made even when its caller has gone
   * @throws MailProfileError `invalid_request` or `invalid_address` for a person or terms that there cannot be;
   *   `store_unavailable`; `idempotency_conflict` for another body; `too_many_requests` when too many with a code
   *   are being made
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
   * What an invitation is made with by `makeDrawn`: for a maker who keeps it before the store is asked, so that
   * neither a crash nor a repetition makes a second one.
   */
  draw(terms: Pick<MakerTerms, 'code'>): DrawnInvitation {
    return this.#making.draw(terms)
  }

  /**
   * Makes the invitation that was drawn, unless it was made before: then it is left as it is.
   *
   * @throws MailProfileError as `make`
   */
  makeDrawn(
    drawn: DrawnInvitation,
    person: InvitedPerson,
    terms: MakerTerms,
    waited: Pick<Turn, 'signal'> = {},
  ): Promise<MadeInvitation> {
    return this.#making.makeDrawn(drawn, person, terms, waited)
  }

  /**
   * What a link holds. Whatever is no true link takes as long as a true one that nobody knows, and
   * gives the same.
   *
   * @throws MailProfileError `store_unavailable`
   */
  async open(token: string): Promise<HeldInvitation | undefined> {
    const { id, key } = deriveSecrets(this.#bytesOf(token), this.#tenant)
    const stored = await this.#kept.find(id)
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
  async claim({ record: { id, tenant } }: HeldInvitation): Promise<InvitationRecord | undefined> {
    if (tenant !== this.#tenant) return undefined
    const claim = await this.#means.store.claim(id)
    if (claim?.changed !== true) return undefined
    if (claim.record.used === 1) this.#means.report('opened', claim.record)
    if (hasEnded(claim.state)) this.#means.report('spent', claim.record)
    else if (claim.record.used === 1) this.#watchWindow(claim.record)
    return claim.record
  }

  // Its end by the window is nobody's doing, so whoever gave the first download looks whether it came.
  #watchWindow({ id, window }: InvitationRecord): void {
    const look = async () => {
      const stored = await this.#means.store.read(id)
      if (stored?.state === 'spent' && stored.record.ended === undefined) {
        this.#means.report('spent', stored.record)
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
  find(id: string): Promise<StoredInvitation | undefined> {
    return this.#kept.find(id)
  }

  /** @throws MailProfileError `store_unavailable`; `invalid_request` for a cursor that is none */
  list(query: Omit<ListQuery, 'tenant'>): Promise<ListPage> {
    return this.#kept.list(query)
  }

  /** @throws MailProfileError `store_unavailable` */
  revoke(id: string, key: string): Promise<InvitationChange | undefined> {
    return this.#kept.revoke(id, key)
  }

  /** @throws MailProfileError `store_unavailable` */
  unlock(id: string, key: string): Promise<InvitationChange | undefined> {
    return this.#kept.unlock(id, key)
  }

  /** @throws MailProfileError `store_unavailable` */
  beginSending(id: string, again = false): Promise<InvitationChange | undefined> {
    return this.#kept.beginSending(id, again)
  }

  /** @throws MailProfileError `store_unavailable` */
  endSending(
    id: string,
    outcome: SendingOutcome,
    key: string,
  ): Promise<InvitationChange | undefined> {
    return this.#kept.endSending(id, outcome, key)
  }

  #bytesOf(token: string): Buffer {
    // Random ones stand in for what is none.
    return parseToken(token) ?? this.#means.randomBytes(16)
  }
}
