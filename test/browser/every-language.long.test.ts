import { expect, it } from 'vitest'
import { EVERY_VISIT } from '../support/matrix.js'
import { PARTS, testEveryPage, VISITS_OF_PARTS } from './every-page-whole.js'

testEveryPage(0)

// The others: every-language-2.long.test.ts, every-language-3.long.test.ts.
it('every page is met on every screen in every language', () => {
  const wanted = EVERY_VISIT.map(({ seen, screen, tag }) => `${seen.name}, ${screen.name}, ${tag}`)
  expect([...VISITS_OF_PARTS].sort()).toEqual(wanted.sort())
  expect(PARTS).toBe(3)
})
