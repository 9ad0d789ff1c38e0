import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HashTable } from '../../src/batch/hash-table.js'

it('a hash table finds what a Map finds', () => {
  const key = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const entries = fc.array(fc.tuple(key, fc.maxSafeNat()), { maxLength: 3000, size: 'max' })
  fc.assert(
    fc.property(entries, fc.array(key), (given, others) => {
      const table = new HashTable()
      const map = new Map<bigint, number>()
      for (const [one, value] of given) {
        table.set(one, value)
        map.set(one, value)
      }
      // Zero is kept as one.
      for (const one of [...map.keys(), ...others].filter((any) => any > 1n)) {
        expect(table.get(one)).toBe(map.get(one))
      }
    }),
    { numRuns: 20 },
  )
})
