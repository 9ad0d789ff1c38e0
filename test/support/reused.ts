import { expect } from 'vitest'
import { shared } from './shared.js'

/**
 * What is `shared`, for tests that want several of a kind: the nth that a file of tests asks for is
 * the nth of every file. Within a file no two are the same.
 *
 * @param what no two of these have the same name
 * @param make told of what kind; what it gives is plain data
 */
export function reused<K extends string, T>(what: string, make: (kind: K) => T): (kind: K) => T {
  const given = new Map<K, number>()
  const nth = shared(what, (numbered: string) =>
    make(numbered.slice(numbered.indexOf(' ') + 1) as K),
  )
  let file: string | undefined
  return (kind) => {
    const { testPath } = expect.getState()
    if (testPath !== file) given.clear()
    file = testPath
    const n = given.get(kind) ?? 0
    given.set(kind, n + 1)
    return nth(`${n} ${kind}`)
  }
}
