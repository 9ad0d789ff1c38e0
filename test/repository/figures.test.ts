import { readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { figuresIn, unmarkedFigures, withFigures } from '../../bench/figures.js'
import { readResults } from '../../bench/results.js'
import { pages } from '../../bench/texts.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = pages().map((path) => relative(ROOT, path))
const textOf = (page: string) => readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
const results = readResults()

describe('figures in pages', () => {
  // After `npm run bench -- --write`, or `npm run bench -- --texts`, they are.
  it.each(PAGES)('%s has those that bench/results.json has', (page) => {
    expect(figuresIn(withFigures(textOf(page), results))).toEqual(figuresIn(textOf(page)))
  })

  it.each(PAGES)('%s has none about speed that nobody measured', (page) => {
    expect(unmarkedFigures(textOf(page))).toEqual([])
  })

  it('are there', () => {
    expect(figuresIn(textOf('docs/speed.md')).length).toBeGreaterThan(20)
    expect(figuresIn(textOf('README.md')).length).toBeGreaterThan(2)
  })
})

it('has figures of every subject', () => {
  const subjects = readdirSync(new URL('../../bench/subjects', import.meta.url))
  expect(Object.keys(results.subjects).sort()).toEqual(
    subjects.map((name) => name.replace(/\.ts$/, '')).sort(),
  )
})
