import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { PAGES_ANYWHERE, suiteServerOfEveryPage } from '../support/every-page.js'
import { createOpener } from '../support/opener.js'
import { layoutShift } from '../support/layout-shift.js'
import { weighPage } from '../support/page-weight.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { SCREENS } from '../support/screens.js'

/** What one round trip brings after connecting: ten packets (RFC 6928), less what TLS takes. */
const MOST = 14_000
/** The page, its looks, and what copies values: the icon is for the browser's own tab. */
const MOST_REQUESTS = 3

/** All that the server is told of a screen. */
const USER_AGENTS = [...new Set(SCREENS.map(({ options }) => options.userAgent ?? ''))]
const PAGES = PAGES_ANYWHERE.filter(({ then }) => then === undefined)

describe('the first screen, on its way', () => {
  const server = suiteServerOfEveryPage()

  it.each(LANGUAGES)(
    'is at most three requests and 14 kB, with the icon: $tag',
    async ({ tag }) => {
      for (const encoding of ['br', 'gzip'] as const) {
        for (const userAgent of some(USER_AGENTS, 2)) {
          const files = new Map<string, number>()
          for (const seen of some(PAGES, 3)) {
            const { loaded, total } = await weighPage(
              `${server().local}${await seen.path(server())}`,
              encoding,
              { Accept: 'text/html', 'Accept-Language': tag, 'User-Agent': userAgent },
              files,
            )
            const what = `${seen.name}: ${[...loaded].map((one) => one.join(' ')).join(', ')}`
            expect(total, what).toBeLessThanOrEqual(MOST)
            expect(loaded.size, what).toBeLessThanOrEqual(MOST_REQUESTS)
          }
        }
      }
    },
  )
})

describe.skipIf(isMissing('chromium'))('the first screen, in Chromium', () => {
  const server = suiteServerOfEveryPage(PUBLIC_HOST)
  const open = createOpener(suiteBrowser())

  it.each(some(SCREENS, 4))('waits for three requests and does not move: $name', async (screen) => {
    for (const [index, seen] of some(PAGES, 3).entries()) {
      const { tag } = LANGUAGES[(index * 4) % LANGUAGES.length] ?? { tag: 'en' }
      const page = await open(server(), seen, screen, tag)
      const requests = await waitedFor(page)
      expect(requests.length, `${seen.name}: ${requests.join(' ')}`).toBeLessThan(MOST_REQUESTS)
      expect(await layoutShift(page), `${seen.name} in ${tag}`).toBe(0)
    }
  })
})

/** What was asked for before anything was shown, besides the page. */
function waitedFor(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(async () => {
    const [paint] = await new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries()))
        .observe({ type: 'paint', buffered: true })
    })
    // Drawings are loaded as somebody comes near them, the icon for the browser's own tab.
    const later = [...document.querySelectorAll('img[loading=lazy], link[rel~=icon]')]
      .map(({ src, href }) => src ?? href)
    return performance.getEntriesByType('resource')
      .filter(({ name, startTime }) => startTime < paint.startTime && !later.includes(name))
      .map(({ name }) => name)
  })()`)
}
