import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { promisesIn, readPromises } from '../support/promise.js'

const FOLDER = new URL('../security/', import.meta.url)

it('has attacks for every promise of docs/security.md, and no promise twice', () => {
  const promises = readPromises()
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts'))
  const keptBy = (names: readonly string[]) =>
    names.flatMap((name) => promisesIn(readFileSync(new URL(name, FOLDER), 'utf8')))
  // One promise may be kept by both suites, in each of them once.
  const kept = keptBy(files.filter((name) => !name.endsWith('.long.test.ts')))
  const keptLong = keptBy(files.filter((name) => name.endsWith('.long.test.ts')))
  for (const list of [promises, kept, keptLong]) expect(new Set(list).size).toBe(list.length)
  expect([...new Set([...kept, ...keptLong])].sort()).toEqual([...promises].sort())
})
