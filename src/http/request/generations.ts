/**
 * A map that never has more than so many keys: what was set the longest ago goes first, half of the keys
 * at once.
 *
 * Not one key at a time: to find the first key of a Map, V8 walks over all that were deleted before it,
 * which made each request of a flood cost a tenth of a millisecond.
 */
export class Generations<T> {
  readonly #half: number
  #young = new Map<string, T>()
  #old = new Map<string, T>()

  /** @param max the most keys */
  constructor(max: number) {
    this.#half = Math.floor(max / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  /**
   * @param value of a key that has none, or for which it is time to be one of the youngest again
   * @returns what had to go for it
   */
  set(key: string, value: T): ReadonlyMap<string, T> | undefined {
    this.#old.delete(key)
    this.#young.set(key, value)
    if (this.#young.size < this.#half) return undefined
    const gone = this.#old
    this.#old = this.#young
    this.#young = new Map()
    return gone
  }
}
