import { nobodyWaited } from './trouble.js'

/** Waits a number of milliseconds; rejects when the signal is aborted. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>

export interface PaceOptions {
  readonly perSecond?: number | undefined
  readonly perMinute?: number | undefined
  /** Milliseconds since whenever. */
  readonly elapsed: () => number
  readonly pause: Pause
}

const SECOND = 1000

/** No more in any second, and in any minute, than are allowed; whoever comes first goes first. */
export class Pace {
  readonly #windows: readonly Window[]
  readonly #elapsed: () => number
  readonly #pause: Pause
  #last: Promise<unknown> = Promise.resolve()

  constructor({ perSecond, perMinute, elapsed, pause }: PaceOptions) {
    this.#windows = [
      ...(perSecond === undefined ? [] : [new Window(perSecond, SECOND)]),
      ...(perMinute === undefined ? [] : [new Window(perMinute, 60 * SECOND)]),
    ]
    this.#elapsed = elapsed
    this.#pause = pause
  }

  /**
   * Resolves when it is one's turn.
   *
   * @throws DeliveryTrouble when the signal is aborted before that
   */
  take(signal?: AbortSignal): Promise<void> {
    const turn = this.#last.then(async () => {
      for (let wait = this.#wait(); wait > 0; wait = this.#wait()) {
        await this.#pause(wait, signal).catch(() => undefined)
        if (signal?.aborted === true) throw nobodyWaited()
      }
      if (signal?.aborted === true) throw nobodyWaited()
      for (const window of this.#windows) window.add(this.#elapsed())
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  #wait(): number {
    const now = this.#elapsed()
    return Math.max(0, ...this.#windows.map((window) => window.waitAt(now)))
  }
}

/** The times of the last so many, in a ring. */
class Window {
  readonly #times: number[] = []
  readonly #most: number
  readonly #length: number
  #next = 0

  constructor(most: number, length: number) {
    this.#most = most
    this.#length = length
  }

  waitAt(now: number): number {
    const oldest = this.#times[this.#next]
    return oldest === undefined ? 0 : oldest + this.#length - now
  }

  add(now: number): void {
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % this.#most
  }
}
