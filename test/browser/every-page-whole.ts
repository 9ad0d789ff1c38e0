import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { PAGES_ANYWHERE, suiteServerOfEveryPage } from '../support/every-page.js'
import { createOpener } from '../support/opener.js'
import { pageFaults, resizedPageFaults } from '../support/page-faults.js'
import { isMissing } from '../support/programs.js'
import { BROWSERS, type Screen } from '../support/screens.js'

/** Each a file of its own, which another worker may take. */
export const PARTS = 3

const ROWS = LANGUAGES.flatMap(({ tag }, row) =>
  BROWSERS.map((screens) => ({
    tag,
    screens,
    name: screens.map(({ name }) => name).join(', '),
    part: Math.floor((row * PARTS) / LANGUAGES.length),
    next: screens[(row + 1) % screens.length] ?? screens[0],
  })),
)

/** From the screen that a page has back to the one after it, which the next page has first. */
function inTurn(screens: readonly Screen[], page: Page): readonly Screen[] {
  const size = JSON.stringify(page.viewportSize())
  const after = screens.findIndex(({ options }) => JSON.stringify(options.viewport) === size) + 1
  if (after === 0) throw new Error(`No screen is ${size}.`)
  return [...screens.slice(after), ...screens.slice(0, after)].reverse()
}

/** The visits of all parts: a page on a screen in a language each. */
export const VISITS_OF_PARTS: readonly string[] = Array.from({ length: PARTS }, (_, part) =>
  ROWS.filter((row) => row.part === part),
).flatMap((rows) =>
  rows.flatMap(({ tag, screens }) =>
    screens.flatMap(({ name }) => PAGES_ANYWHERE.map((seen) => `${seen.name}, ${name}, ${tag}`)),
  ),
)

/** Looks at every page on every screen, in a third of the languages. */
export function testEveryPage(part: number): void {
  describe.skipIf(isMissing('chromium'))('every page', () => {
    const server = suiteServerOfEveryPage(PUBLIC_HOST)
    const open = createOpener(suiteBrowser())

    it.each(ROWS.filter((row) => row.part === part))(
      'is whole, in $tag on: $name',
      async ({ tag, screens, name, next }) => {
        const faults: string[] = []
        const device = { name, options: screens[0].options }
        let page: Page | undefined
        for (const seen of PAGES_ANYWHERE) {
          // The server is told no more than what these screens have in common. Which of them a page is
          // loaded on changes from page to page, and for each page from language to language.
          page = await open(server(), seen, device, tag)
          for (const [turn, screen] of inTurn(screens, page).entries()) {
            if (turn > 0) await page.setViewportSize(screen.options.viewport)
            const found = await (turn > 0 ? resizedPageFaults : pageFaults)(page, tag)
            faults.push(...found.map((fault) => `${screen.name}, ${seen.name}: ${fault}`))
          }
        }
        await page?.setViewportSize(next.options.viewport)
        expect(faults).toEqual([])
      },
    )
  })
}
