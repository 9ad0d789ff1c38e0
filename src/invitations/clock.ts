/** Milliseconds that a clock may go back without being wrong: time servers correct clocks by less. */
export const CLOCK_TOLERANCE = 5000

/** The clocks that a store goes by. */
export interface StoreClocks {
  /** Unix milliseconds. */
  readonly now: () => number
  /**
   * Milliseconds since any moment, by what nobody sets, such as `performance.now`. Without it time stands
   * still while the clock is behind.
   */
  readonly elapsed?: (() => number) | undefined
}

/**
 * A time that never goes back, whatever the clock does, so that nothing that is over begins again. While
 * the clock is behind by more than a correction, it goes on by the milliseconds that have passed.
 */
export class SteadyClock {
  // Where the time was last told by the clock, or by somebody who had seen more.
  #base = -Infinity
  #baseElapsed = 0
  #latest = -Infinity
  #behind = 0

  /**
   * @param now Unix milliseconds, by the clock
   * @param elapsed milliseconds since any moment, by what nobody sets
   * @param seen a time that has been, by whoever remembers it
   */
  read(now: number, elapsed: number, seen = -Infinity): number {
    // A clock that stands still tells nothing.
    if (now > this.#latest || seen > this.#latest) {
      this.#base = Math.max(now, seen)
      this.#baseElapsed = elapsed
      this.#latest = this.#base
    }
    const expected = Math.floor(this.#base + elapsed - this.#baseElapsed)
    if (expected - now > CLOCK_TOLERANCE) this.#latest = Math.max(this.#latest, expected)
    this.#behind = this.#latest - now > CLOCK_TOLERANCE ? this.#latest - now : 0
    return this.#latest
  }

  /** How many milliseconds the clock was behind at the last reading; 0 for a mere correction. */
  get behind(): number {
    return this.#behind
  }
}
