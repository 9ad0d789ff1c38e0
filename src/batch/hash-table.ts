/**
 * Finds numbers by digests, in 16 bytes of memory for each slot whatever the list is like: a `Map` would take ten
 * times as much.
 */
export class HashTable {
  #keys = new BigUint64Array(1024)
  #values = new Float64Array(1024)
  #count = 0

  /** @param key 64 bits of a digest */
  get(key: bigint): number | undefined {
    const slot = this.#slotOf(key)
    return this.#keys[slot] === 0n ? undefined : this.#values[slot]
  }

  set(key: bigint, value: number): void {
    if (2 * this.#count >= this.#keys.length) this.#grow()
    const slot = this.#slotOf(key)
    if (this.#keys[slot] === 0n) this.#count++
    this.#keys[slot] = nonZero(key)
    this.#values[slot] = value
  }

  #slotOf(key: bigint): number {
    const wanted = nonZero(key)
    const mask = this.#keys.length - 1
    let slot = Number(wanted & 0xffffffffn) & mask
    while (this.#keys[slot] !== 0n && this.#keys[slot] !== wanted) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const keys = this.#keys
    const values = this.#values
    this.#keys = new BigUint64Array(2 * keys.length)
    this.#values = new Float64Array(2 * keys.length)
    for (const [i, key] of keys.entries()) {
      if (key === 0n) continue
      const slot = this.#slotOf(key)
      this.#keys[slot] = key
      this.#values[slot] = values[i] ?? 0
    }
  }
}

// Zero marks a slot as free.
function nonZero(key: bigint): bigint {
  return key === 0n ? 1n : key
}
