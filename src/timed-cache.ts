interface Entry<T> {
  readonly value: Promise<T>
  /** The value once it is there. */
  settled?: T
  expires: number
}

export interface TimedCacheOptions<T> {
  /** The most entries; the one that was used least recently goes first. */
  readonly max: number
  /** How long a value is kept, in milliseconds. */
  readonly keep: (value: T) => number
  /** The time, in milliseconds. */
  readonly now: () => number
}

/** Keeps what took long to find out. Callers who ask for the same at the same time share the work. */
export class TimedCache<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #options: TimedCacheOptions<T>

  constructor(options: TimedCacheOptions<T>) {
    this.#options = options
  }

  /** What is known, or is being found out; nothing is begun. */
  peek(key: string): Promise<T> | undefined {
    const known = this.#entries.get(key)
    if (known === undefined || known.expires <= this.#options.now()) return undefined
    // Deleting and setting again keeps the map in the order of use.
    this.#entries.delete(key)
    this.#entries.set(key, known)
    return known.value
  }

  /**
   * @param make is called when there is nothing, with what was there before; what it throws is not kept
   */
  get(key: string, make: (before: T | undefined) => Promise<T>): Promise<T> {
    const known = this.peek(key)
    if (known !== undefined) return known
    const { max, keep, now } = this.#options
    const before = this.#entries.get(key)?.settled
    this.#entries.delete(key)
    const entry: Entry<T> = { value: make(before), expires: Infinity }
    this.#entries.set(key, entry)
    entry.value.then(
      (value) => {
        entry.settled = value
        entry.expires = now() + keep(value)
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key)
      },
    )
    if (this.#entries.size > max) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return entry.value
  }
}
