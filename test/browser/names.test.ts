import { describe, expect, it, onTestFinished } from 'vitest'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { EVERY_PAGE, startServerOfEveryPage } from '../support/every-page.js'
import { KINDS } from '../support/matrix.js'
import { PAGE_FAULTS, unfold } from '../support/measured-page.js'
import { createOpener } from '../support/opener.js'
import { DIRECTION_FAULTS } from '../support/page-faults.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { SCREENS } from '../support/screens.js'

const named = EVERY_PAGE.filter(({ name }) => / from right to left|longest address/.test(name))

describe.skipIf(isMissing('chromium'))('a name in the other direction', () => {
  const browser = suiteBrowser()

  // With what is mirrored and what is neutral, which go wherever the words beside them go.
  it.each([
    ['en', 'بريد (المثال)!'],
    ['ar', 'Example (Mail) Ltd.'],
  ] as const)('stays where it is in the sentence, in %s: %s', async (tag, operator) => {
    const server = await startServerOfEveryPage(PUBLIC_HOST, { offeredBy: operator })
    onTestFinished(() => {
      server.stop()
    })
    const open = createOpener(browser)
    const faults: string[] = []
    // The narrowest, and in the long suite one where most sentences are on one line.
    for (const screen of some(
      SCREENS.filter(({ name }) => /SE$|Windows/.test(name)),
      1,
    )) {
      for (const seen of [...KINDS, ...named]) {
        const page = await open(server, seen, screen, tag)
        await unfold(page)
        for (const script of [DIRECTION_FAULTS, PAGE_FAULTS]) {
          const found = await page.evaluate<string[]>(script)
          faults.push(...found.map((fault) => `${seen.name} on ${screen.name}: ${fault}`))
        }
      }
    }
    expect(named).toHaveLength(2)
    expect(faults).toEqual([])
  })
})
