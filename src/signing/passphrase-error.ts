/** Why something that is encrypted does not open. */
export type PassphraseProblem = 'wrong passphrase' | 'unsupported' | 'too many rounds'

export class PassphraseError extends Error {
  override readonly name = 'PassphraseError'
  readonly problem: PassphraseProblem

  /** @param detail what is not supported, or how many rounds were asked for */
  constructor(problem: PassphraseProblem, detail = '') {
    super(detail)
    this.problem = problem
  }
}

/**
 * The most rounds of a single derivation: a second or two. OpenSSL writes 2,048, NSS up to 600,000, and
 * 600,000 is what OWASP asks for (2023).
 */
export const MAX_ROUNDS = 2_000_000
/** Of all derivations of a file, which may ask for one per key and certificate. */
const MAX_ROUNDS_OF_FILE = 5 * MAX_ROUNDS

/** How many rounds a file may still ask for. */
export class RoundsLeft {
  #left = MAX_ROUNDS_OF_FILE

  /** @throws PassphraseError for more than a derivation, or the file, may ask for */
  take(count: number): void {
    this.#left -= count
    if (count > MAX_ROUNDS || this.#left < 0) {
      throw new PassphraseError('too many rounds', String(count))
    }
  }
}
