import { within } from '../waiting.js'
import type { PeopleDirectory } from './people-directory.js'
import { CLOSED, type DirectoryTrouble } from './trouble.js'

export interface DirectoryWatchOptions {
  /** Told, for the log, whenever the directory begins or ceases to answer. */
  readonly onChange?: ((trouble: DirectoryTrouble | undefined) => void) | undefined
}

/** Milliseconds for which a look is good: each is a question to the directory, and anybody may ask. */
const PAUSE = 15_000
/** After trouble. */
const PAUSE_WHILE_DOWN = 3000
/** Milliseconds after which whoever asks is told that there is trouble. */
const PATIENCE = 1000

/** Looks whether a directory answers, not often, for all who ask: by a question about nobody. */
export class DirectoryWatch {
  readonly #people: Pick<PeopleDirectory, 'check'>
  readonly #onChange: NonNullable<DirectoryWatchOptions['onChange']>
  #answers = true
  #lookedAt = -Infinity
  #looking: Promise<boolean> | undefined

  constructor(
    people: Pick<PeopleDirectory, 'check'>,
    { onChange = () => undefined }: DirectoryWatchOptions = {},
  ) {
    this.#people = people
    this.#onChange = onChange
  }

  /** Whether it answers; within a second. */
  async look(): Promise<boolean> {
    const pause = this.#answers ? PAUSE : PAUSE_WHILE_DOWN
    if (performance.now() - this.#lookedAt < pause) return this.#answers
    this.#looking ??= this.#ask().finally(() => (this.#looking = undefined))
    return within(PATIENCE, this.#looking, () => false)
  }

  async #ask(): Promise<boolean> {
    const trouble = await this.#people.check().then(
      () => undefined,
      (error: unknown) => error as DirectoryTrouble,
    )
    // Nothing was learned of it.
    if (trouble === CLOSED) return this.#answers
    const before = this.#answers
    this.#answers = trouble === undefined
    this.#lookedAt = performance.now()
    if (before !== this.#answers) this.#onChange(trouble)
    return this.#answers
  }
}
