import { randomBytes as systemRandomBytes } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import {
  hasEnded,
  type InvitationRecord,
  type InvitationState,
  type StoredInvitation,
} from './record.js'
import type { Change, RepeatedCreation, Store } from './store.js'
import { CallsUnderWay } from './calls-under-way.js'
import { createCode, keyWithCode, parseCode } from './passcode.js'
import { createCodeLanes } from './passcode-lanes.js'
import { readPerson, writePerson, type InvitedPerson } from './person.js'
import { deriveCall, nameCall, type DerivedCall, type IdempotentCall } from './repeatable-call.js'
import { seal, unseal } from './sealing.js'
import { createToken, deriveSecrets, parseToken, type TokenSecrets } from './token.js'

const HOUR = 60 * 60 * 1000
const MINUTE = 60 * 1000
// The store's clock may go differently from ours.
const LATER = 1000

/** What an invitation allows, in the units of the interface. */
export interface Terms {
  /** Until it expires: whole hours, 1 to 720. */
  readonly expires: number
  /** After the first download: whole minutes, 1 to 60. */
  readonly window: number
  /** 1 to 20. */
  readonly downloads: number
  /** Whether a six-digit code has to be typed first. */
  readonly code: boolean
  /** The maker's own word for it, kept in clear: up to 64 characters without @. */
  readonly reference?: string | undefined
}

/** What an invitation allows where its maker says nothing else. */
export const DEFAULT_TERMS = { expires: 72, window: 10, downloads: 5, code: false } as const
/** The most that an invitation allows, and the most characters of its reference. */
export const TERM_LIMITS = { expires: 720, window: 60, downloads: 20, reference: 64 } as const

/** An invitation that was made. The token and the code exist nowhere else. */
export interface MadeInvitation {
  readonly token: string
  readonly code?: string
  readonly id: string
  readonly expiresAt: Date
  /** Whether this is the answer to a call that was made before. */
  readonly repeated: boolean
}

/** What the holder of a true link gets to know. */
export interface HeldInvitation {
  readonly record: InvitationRecord
  readonly state: InvitationState
  /** Absent once it has ended, and while its code is wanted. */
  readonly person?: InvitedPerson
}

/** What came of typing a code. */
export type CodeOutcome = 'right' | 'wrong' | 'locked' | 'ended' | 'unknown'

/** What happens to invitations, for the audit log: nothing but this. */
export interface AuditEvent {
  readonly event: 'made' | 'opened' | 'spent' | 'revoked' | 'locked' | 'unlocked'
  readonly id: string
  /** Who did it, where that is known: the name of an API key, or `cli`. */
  readonly key?: string
}

/** For work that takes long. */
export interface Waited {
  /** Aborted when nobody waits any more: what has not begun is not done, and rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

type Making = Terms & { readonly maker: string }

/** What invitations are kept in, and who is told of them. */
export interface InvitationsOptions {
  readonly store: Store
  readonly audit?: ((event: AuditEvent) => void) | undefined
  readonly randomBytes?: (size: number) => Buffer
}

/** Makes, opens and ends invitations over a store. */
export class Invitations {
  readonly store: Store
  readonly #audit: (event: AuditEvent) => void
  readonly #randomBytes: (size: number) => Buffer
  readonly #lanes = createCodeLanes()
  readonly #callsUnderWay = new CallsUnderWay<MadeInvitation>()

  constructor({ store, audit, randomBytes }: InvitationsOptions) {
    this.store = store
    this.#audit = audit ?? (() => undefined)
    this.#randomBytes = randomBytes ?? systemRandomBytes
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
  async make(
    person: InvitedPerson,
    terms: Making,
    call?: IdempotentCall,
    waited: Waited = {},
  ): Promise<MadeInvitation> {
    if (call === undefined) return this.#make(person, terms, undefined, waited)
    const { answer, isFirst } = await this.#callsUnderWay.answer(
      nameCall(call),
      call.body,
      async () => {
        const derived = await deriveCall(call)
        // Before the code's work, of which a repeated call needs none; the store looks once more.
        const known = terms.code ? await this.store.findCall(derived) : undefined
        return known === undefined ? this.#make(person, terms, derived) : repeat(known, derived)
      },
    )
    return isFirst ? answer : { ...answer, repeated: true }
  }

  async #make(
    person: InvitedPerson,
    { maker, ...terms }: Making,
    call: DerivedCall | undefined,
    { signal }: Waited = {},
  ): Promise<MadeInvitation> {
    const token = createToken(this.#randomBytes)
    const bytes = Buffer.from(token, 'base64url')
    const { id, key } = deriveSecrets(bytes)
    const code = terms.code ? createCode() : undefined
    const sealingKey =
      code === undefined
        ? key
        : await this.#lanes.makers(() => keyWithCode(bytes, code), { subject: maker, signal })
    const answer = { token, ...(code === undefined ? {} : { code }) }
    const creation = await this.store.create(
      {
        id,
        maker,
        ...(terms.reference === undefined ? {} : { reference: terms.reference }),
        sealed: this.#seal(writePerson(person), sealingKey, id),
        lifetime: terms.expires * HOUR,
        window: terms.window * MINUTE,
        downloads: terms.downloads,
        code: terms.code,
      },
      call && {
        id: call.id,
        digest: call.digest,
        sealed: call.sealAnswer(answer, this.#randomBytes),
      },
    )
    if (creation.outcome !== 'created') return repeat(creation, call)
    this.#audit({ event: 'made', id, key: maker })
    return { ...answer, id, expiresAt: new Date(creation.record.expiresAt), repeated: false }
  }

  /**
   * What a link holds. Whatever is no true link takes as long as a true one that nobody knows, and
   * gives the same.
   *
   * @throws MailProfileError `store_unavailable`
   */
  async open(token: string): Promise<HeldInvitation | undefined> {
    const { id, key } = this.#secretsOf(token)
    const stored = await this.store.read(id)
    if (stored === undefined) return undefined
    const { record, state, sealed } = stored
    if (sealed === undefined || record.code !== undefined) return { record, state }
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
    if (claim.record.used === 1) this.#audit({ event: 'opened', id })
    if (hasEnded(claim.state)) this.#audit({ event: 'spent', id })
    else if (claim.record.used === 1) this.#watchWindow(claim.record)
    return claim.record
  }

  // Its end by the window is nobody's doing, so whoever gave the first download looks whether it came.
  #watchWindow({ id, window }: InvitationRecord): void {
    const look = async () => {
      const stored = await this.store.read(id)
      if (stored?.state === 'spent' && stored.record.ended === undefined) {
        this.#audit({ event: 'spent', id })
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
  async enterCode(token: string, typed: string, { signal }: Waited = {}): Promise<CodeOutcome> {
    const { id, key, bytes } = this.#secretsOf(token)
    const code = parseCode(typed)
    const stored = await this.store.read(id)
    const outcome = outcomeWithoutTry(stored)
    if (outcome !== undefined) return outcome
    // What is no code costs no try.
    if (code === undefined) return 'wrong'
    return this.#lanes.people(() => this.#tryCode(id, bytes, key, code), { subject: id, signal })
  }

  async #tryCode(id: string, token: Buffer, key: Buffer, code: string): Promise<CodeOutcome> {
    // Before the code is looked at, so that guesses sent together are not one guess.
    const stored = await this.store.takeTry(id)
    if (stored?.changed !== true) return outcomeWithoutTry(stored) ?? 'locked'
    const { sealed, record } = stored
    const text =
      sealed === undefined ? undefined : unseal(sealed, await keyWithCode(token, code), id)
    if (text === undefined) {
      if ((record.code?.triesLeft ?? 0) > 0) return 'wrong'
      this.#audit({ event: 'locked', id })
      return 'locked'
    }
    const resealed = await this.store.reseal(id, this.#seal(text, key, id))
    // Also where somebody else typed it at the same moment.
    return resealed !== undefined && !hasEnded(resealed.state) ? 'right' : 'ended'
  }

  /** @throws MailProfileError `store_unavailable` */
  async revoke(id: string, key: string): Promise<Change | undefined> {
    const result = await this.store.revoke(id)
    if (result?.changed === true) this.#audit({ event: 'revoked', id, key })
    return result
  }

  /** @throws MailProfileError `store_unavailable` */
  async unlock(id: string, key: string): Promise<Change | undefined> {
    const result = await this.store.unlock(id)
    if (result?.changed === true) this.#audit({ event: 'unlocked', id, key })
    return result
  }

  #seal(text: string, key: Buffer, id: string): Buffer {
    return seal(text, key, id, this.#randomBytes)
  }

  #secretsOf(token: string): TokenSecrets & { readonly bytes: Buffer } {
    // A random one stands in for what is none.
    const bytes = parseToken(token) ?? this.#randomBytes(16)
    return { ...deriveSecrets(bytes), bytes }
  }
}

/** What typing a code comes to where there is nothing to try. */
function outcomeWithoutTry(stored: StoredInvitation | undefined): CodeOutcome | undefined {
  if (stored === undefined) return 'unknown'
  if (hasEnded(stored.state)) return 'ended'
  if (stored.record.code === undefined) return 'right'
  return stored.record.code.triesLeft === 0 ? 'locked' : undefined
}

/** The answer to a call that was made before. */
function repeat(creation: RepeatedCreation, call: DerivedCall | undefined): MadeInvitation {
  const first = creation.outcome === 'repeated' ? call?.openAnswer(creation.sealed) : undefined
  if (creation.outcome === 'conflict' || first === undefined) {
    throw new MailProfileError(
      'idempotency_conflict',
      'This Idempotency-Key was used for another request.',
      { hint: 'Use a new key for each invitation, and the same key only to repeat a request.' },
    )
  }
  const { id, expiresAt } = creation
  return { ...first, id, expiresAt: new Date(expiresAt), repeated: true }
}
