import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { promisesIn, readPromises } from '../support/promise.js'

const FOLDER = new URL('../security/', import.meta.url)

it('has attacks for every promise of docs/security.md, and no promise twice', () => {
  const promises = readPromises()
  const kept = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => promisesIn(readFileSync(new URL(name, FOLDER), 'utf8')))
  expect(new Set(promises).size).toBe(promises.length)
  expect([...kept].sort()).toEqual([...promises].sort())
})
