interface Entry<T> {
  readonly value: Promise<T>
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

  /** @param make is called when there is nothing; what it throws is not kept */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const { max, keep, now } = this.#options
    const known = this.#entries.get(key)
    // Deleting and setting again keeps the map in the order of use.
    this.#entries.delete(key)
    if (known !== undefined && known.expires > now()) {
      this.#entries.set(key, known)
      return known.value
    }
    const entry: Entry<T> = { value: make(), expires: Infinity }
    this.#entries.set(key, entry)
    entry.value.then(
      (value) => (entry.expires = now() + keep(value)),
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
