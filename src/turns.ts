import { orAborted } from './waiting.js'

export interface TurnsOptions {
  /** How many wait at most; any number by default. */
  readonly mostWaiting?: number
  /** What whoever comes then is told. */
  readonly tooMany?: () => Error
}

/** Does so much work at a time; whoever comes then waits. */
export class Turns {
  readonly #most: number
  #running = 0
  readonly #waiting = new Set<() => void>()
  readonly #options: TurnsOptions

  constructor(most: number, options: TurnsOptions = {}) {
    this.#most = most
    this.#options = options
  }

  /** @throws the reason of the signal, when that comes before the turn; what `tooMany` makes */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running >= this.#most) await this.#wait(signal)
    else this.#running++
    try {
      signal.throwIfAborted()
      return await work()
    } finally {
      this.#pass()
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { mostWaiting = Infinity, tooMany } = this.#options
    if (this.#waiting.size >= mostWaiting) throw tooMany?.() ?? new Error('Too many wait.')
    let call: () => void = () => undefined
    const turn = new Promise<void>((resolve) => {
      call = resolve
    })
    this.#waiting.add(call)
    try {
      await orAborted(turn, signal)
    } catch (error) {
      // Called in the same moment: somebody else may have the turn.
      if (!this.#waiting.delete(call)) this.#pass()
      throw error
    }
  }

  /** The turn goes to whoever waits longest, if anybody does. */
  #pass(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#running--
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
