import { expect } from 'vitest'

/**
 * What takes long to make and is the same whoever makes it, such as a key: the nth that a file of
 * tests asks for is made when the first file asks for an nth, and the files after it in the same
 * worker get it too. Within a file no two are the same.
 *
 * @param make told of what kind
 */
export function reused<K extends string, T>(make: (kind: K) => T): (kind: K) => T {
  const made = new Map<K, T[]>()
  const given = new Map<K, number>()
  let file: string | undefined
  return (kind) => {
    const { testPath } = expect.getState()
    if (testPath !== file) given.clear()
    file = testPath
    const all = made.get(kind) ?? []
    const n = given.get(kind) ?? 0
    made.set(kind, all)
    given.set(kind, n + 1)
    return (all[n] ??= make(kind))
  }
}
