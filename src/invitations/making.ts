import { MailProfileError } from '../errors.js'
import type { MadeInvitation } from './made-invitation.js'
import type { Means } from './means.js'
import { createPasscode, keyWithPasscode } from './passcode.js'
import { parseGivenPerson, writePerson, type InvitedPerson } from './person.js'
import { deriveCall, nameCall, type DerivedCall, type IdempotentCall } from './repeatable-call.js'
import { seal } from './sealing.js'
import type { RepeatedCreation } from './store.js'
import type { MakerTerms } from './terms.js'
import { deriveSecrets, drawToken } from './token.js'
import type { Turn } from './work-queue.js'

const HOUR = 60 * 60 * 1000
const MINUTE = 60 * 1000

/** What an invitation is made with: whoever keeps it can make the same one again, and no second one. */
export interface DrawnInvitation {
  readonly token: string
  /** The passcode, where one is wanted. */
  readonly code?: string
}

/** Makes invitations: see `Invitations.make`. */
export class Making {
  readonly #means: Means
  readonly #tenant: string | undefined

  /** @param tenant whose they become */
  constructor(means: Means, tenant: string | undefined) {
    this.#means = means
    this.#tenant = tenant
  }

  async make(
    givenPerson: InvitedPerson,
    givenTerms: MakerTerms,
    call: IdempotentCall | undefined,
    { signal }: Pick<Turn, 'signal'>,
  ): Promise<MadeInvitation> {
    const { person, terms } = await parseGiven(givenPerson, givenTerms)
    if (call === undefined) return this.#makeNew(person, terms, undefined, signal)
    const { answer, isFirst } = await this.#means.callsUnderWay.answer(
      nameCall(call, this.#tenant),
      call.body,
      async () => {
        const derived = await deriveCall(call, this.#tenant)
        // Before the passcode's work, of which a repeated call needs none; the store looks once more.
        const known = terms.code ? await this.#means.store.findCall(derived) : undefined
        return known === undefined ? this.#makeNew(person, terms, derived) : repeat(known, derived)
      },
    )
    return isFirst ? answer : { ...answer, repeated: true }
  }

  /** What the next invitation is made with. */
  draw({ code }: Pick<MakerTerms, 'code'>): DrawnInvitation {
    const token = drawToken(this.#means.randomBytes, this.#tenant)
    return code ? { token, code: createPasscode() } : { token }
  }

  /** Makes an invitation with what was drawn, unless the store has it. */
  async makeDrawn(
    drawn: DrawnInvitation,
    givenPerson: InvitedPerson,
    givenTerms: MakerTerms,
    { signal }: Pick<Turn, 'signal'>,
  ): Promise<MadeInvitation> {
    const { person, terms } = await parseGiven(givenPerson, givenTerms)
    const { id } = deriveSecrets(Buffer.from(drawn.token, 'base64url'), this.#tenant)
    const stored = await this.#means.store.read(id)
    if (stored === undefined) return this.#makeNew(person, terms, undefined, signal, drawn)
    return { ...drawn, id, expiresAt: new Date(stored.record.expiresAt), repeated: true }
  }

  async #makeNew(
    person: InvitedPerson,
    { maker, ...terms }: MakerTerms,
    call: DerivedCall | undefined,
    signal?: AbortSignal,
    drawn = this.draw(terms),
  ): Promise<MadeInvitation> {
    const { store, randomBytes, lanes } = this.#means
    const tenant = this.#tenant
    const { token, code: passcode } = drawn
    const bytes = Buffer.from(token, 'base64url')
    const { id, key } = deriveSecrets(bytes, tenant)
    const sealingKey =
      passcode === undefined
        ? key
        : await lanes.makers(() => keyWithPasscode(bytes, passcode), {
            // Names of keys are each tenant's own.
            subject: JSON.stringify([tenant, maker]),
            signal,
          })
    const creation = await store.create(
      {
        id,
        ...(tenant === undefined ? {} : { tenant }),
        maker,
        ...(terms.reference === undefined ? {} : { reference: terms.reference }),
        sealed: seal(writePerson(person), sealingKey, id, randomBytes),
        lifetime: terms.expires * HOUR,
        window: terms.window * MINUTE,
        downloads: terms.downloads,
        passcode: terms.code,
      },
      call && { id: call.id, digest: call.digest, sealed: call.sealAnswer(drawn, randomBytes) },
    )
    if (creation.outcome !== 'created') return repeat(creation, call)
    this.#means.report('made', creation.record, maker)
    return { ...drawn, id, expiresAt: new Date(creation.record.expiresAt), repeated: false }
  }
}

async function parseGiven(person: InvitedPerson, terms: MakerTerms) {
  // The schemas take some milliseconds of a start, and nobody who starts makes one at once.
  const { parseMakerTerms } = await import('./request.js')
  return { person: parseGivenPerson(person), terms: parseMakerTerms(terms) }
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
