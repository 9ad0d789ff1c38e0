import type { Browser, Page } from 'playwright-core'
import { vi } from 'vitest'
import type { Tag } from '../../src/texts/languages.js'
import type { SeenPage } from './every-page.js'
import type { InvitedServer } from './invited-server.js'
import type { Screen } from './screens.js'

/** Opens pages on one screen after the other, each screen once. */
export function createOpener(browser: () => Browser) {
  const pages = new Map<string, Promise<Page>>()
  return async (server: InvitedServer, seen: SeenPage, screen: Screen, tag: Tag): Promise<Page> => {
    const opening = pages.get(screen.name) ?? browser().newPage(screen.options)
    pages.set(screen.name, opening)
    const page = await opening
    await page.setExtraHTTPHeaders({ 'Accept-Language': tag })
    await page.goto(`${server.url}${await seen.path(server)}`)
    await seen.then?.(page)
    await isThere(page, seen.is)
    return page
  }
}

/** A locator would wait as well, but brings each page a quarter of all the time that the page takes. */
async function isThere(page: Page, selector: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const found = await page.evaluate(
        `document.querySelector(${JSON.stringify(selector)}) !== null`,
      )
      if (found !== true) throw new Error(`${page.url()} has no ${selector}.`)
    },
    { timeout: 60_000 },
  )
}
