import type { Means } from './means.js'
import { keyWithPasscode, parsePasscode } from './passcode.js'
import { hasEnded, type StoredInvitation } from './record.js'
import { seal, unseal } from './sealing.js'
import { deriveSecrets, type TokenSecrets } from './token.js'
import type { Turn } from './work-queue.js'

/** What came of typing a passcode. */
export type CodeOutcome = 'right' | 'wrong' | 'locked' | 'ended' | 'unknown'

/** Tries passcodes: see `Invitations.enterCode`. */
export class PasscodeEntry {
  readonly #means: Means
  readonly #tenant: string | undefined

  /** @param tenant whose invitations they are for */
  constructor(means: Means, tenant: string | undefined) {
    this.#means = means
    this.#tenant = tenant
  }

  async enter(
    token: Buffer,
    typed: string,
    { signal }: Pick<Turn, 'signal'>,
  ): Promise<CodeOutcome> {
    const secrets = deriveSecrets(token, this.#tenant)
    const { id } = secrets
    const passcode = parsePasscode(typed)
    const outcome = outcomeWithoutTry(await this.#means.store.read(id))
    if (outcome !== undefined) return outcome
    // What is no passcode costs no try.
    if (passcode === undefined) return 'wrong'
    return this.#means.lanes.people(() => this.#try(token, secrets, passcode), {
      subject: id,
      signal,
    })
  }

  async #try(token: Buffer, { id, key }: TokenSecrets, passcode: string): Promise<CodeOutcome> {
    const { store, randomBytes } = this.#means
    // Before the passcode is looked at, so that guesses sent together are not one guess.
    const stored = await store.takeTry(id)
    if (stored?.changed !== true) return outcomeWithoutTry(stored) ?? 'locked'
    const { sealed, record } = stored
    const text =
      sealed === undefined ? undefined : unseal(sealed, await keyWithPasscode(token, passcode), id)
    if (text === undefined) {
      if ((record.passcode?.triesLeft ?? 0) > 0) return 'wrong'
      this.#means.report('locked', record)
      return 'locked'
    }
    const resealed = await store.reseal(id, seal(text, key, id, randomBytes))
    // Also where somebody else typed it at the same moment.
    return resealed !== undefined && !hasEnded(resealed.state) ? 'right' : 'ended'
  }
}

/** What typing a passcode comes to where there is nothing to try. */
function outcomeWithoutTry(stored: StoredInvitation | undefined): CodeOutcome | undefined {
  if (stored === undefined) return 'unknown'
  if (hasEnded(stored.state)) return 'ended'
  if (stored.record.passcode === undefined) return 'right'
  return stored.record.passcode.triesLeft === 0 ? 'locked' : undefined
}
