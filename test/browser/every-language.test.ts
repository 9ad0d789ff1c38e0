import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { countWords } from '../support/count-words.js'
import { suiteServerOfEveryPage } from '../support/every-page.js'
import { firstScreenOf } from '../support/first-screen.js'
import { PAIRWISE } from '../support/matrix.js'
import { createOpener } from '../support/opener.js'
import { pageFaults } from '../support/page-faults.js'
import { isMissing } from '../support/programs.js'
import { SCREENS } from '../support/screens.js'

describe.skipIf(isMissing('chromium'))('each kind of page', () => {
  const server = suiteServerOfEveryPage(PUBLIC_HOST)
  const open = createOpener(suiteBrowser())

  it('meets every language and every screen, and these each other', () => {
    const kinds = new Set(PAIRWISE.map(({ seen }) => seen.name))
    expect(kinds.size).toBe(8)
    const pairs = (pair: (visit: (typeof PAIRWISE)[number]) => string) =>
      new Set(PAIRWISE.map(pair)).size
    expect(pairs(({ seen, tag }) => `${seen.name} ${tag}`)).toBe(kinds.size * LANGUAGES.length)
    expect(pairs(({ seen, screen }) => `${seen.name} ${screen.name}`)).toBe(
      kinds.size * SCREENS.length,
    )
    expect(pairs(({ tag, screen }) => `${tag} ${screen.name}`)).toBe(
      LANGUAGES.length * SCREENS.length,
    )
  })

  // On the others, and every page in every language on each: every-language.long.test.ts.
  const everyThird = SCREENS.filter((_screen, i) => i % 3 === 0)
  it.each(everyThird)('is whole in each language in turn, on: $name', async ({ name }) => {
    const faults: string[] = []
    for (const { seen, screen, tag } of PAIRWISE.filter((visit) => visit.screen.name === name)) {
      const page = await open(server(), seen, screen, tag)
      faults.push(...(await pageFaults(page, tag)).map((fault) => `${seen.name}, ${tag}: ${fault}`))
    }
    expect(faults).toEqual([])
  })

  it('speaks of an iPad to an iPad, which asks as a Mac', async () => {
    const [visit] = PAIRWISE.filter(
      ({ seen, screen }) => seen.name === 'setup' && screen.name === 'iPad',
    )
    if (visit === undefined) throw new Error('There is an iPad.')
    for (const { tag } of LANGUAGES) {
      const first = await firstScreenOf(await open(server(), visit.seen, visit.screen, tag))
      expect(`${first.before} ${first.action}`).toMatch(/iPad.*iPad/)
      expect(first.before).not.toContain('Mac')
    }
  })
})

describe('words before a button', () => {
  it('are counted as each language has them', () => {
    expect(countWords('Set up ann@example.com on this iPhone', 'en')).toBe(6)
    expect(countWords('Example Mail did not choose mail.example.net.', 'en')).toBe(5)
    expect(countWords('Ihre E-Mail-Adresse', 'de')).toBe(2)
    expect(countWords('このページは尋ねません', 'ja')).toBeGreaterThan(3)
  })
})
