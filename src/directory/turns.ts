import { orAborted } from '../waiting.js'
import { DirectoryTrouble } from './trouble.js'

/** How many wait at most: more than that has no chance to be served in time. */
const MAX_WAITING = 1000

/** Does so much work at a time; whoever comes then waits. */
export class Turns {
  readonly #most: number
  #running = 0
  readonly #waiting = new Set<() => void>()

  constructor(most: number) {
    this.#most = most
  }

  /** @throws the reason of the signal, when that comes before the turn */
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
    if (this.#waiting.size >= MAX_WAITING) {
      throw new DirectoryTrouble('Too many questions wait for it.')
    }
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
