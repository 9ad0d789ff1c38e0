import type { ScriptInput } from './commands.js'

/** What time it has to be at the server, by what it said last and what has passed here since. */
export class ExpectedTime {
  readonly #elapsed: () => number
  #seen = 0
  #seenAt = 0

  /** @param elapsed milliseconds since any moment, by what nobody sets */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed
  }

  /** A time that the server gave. */
  see(now: number): void {
    // Of answers that cross, and of a clock that stands still, the first that was latest.
    if (now <= this.#seen) return
    this.#seen = now
    this.#seenAt = this.#elapsed()
  }

  /** What a script gets, with the time as its last argument: see CLOCK in scripts.ts. */
  addTo({ keys, arguments: given }: ScriptInput): ScriptInput {
    const passed = Math.floor(this.#elapsed() - this.#seenAt)
    const expected = this.#seen === 0 ? 0 : this.#seen + passed
    return { keys, arguments: [...given, String(expected)] }
  }
}
