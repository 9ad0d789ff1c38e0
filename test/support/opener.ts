import type { Browser, Page } from 'playwright-core'
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
    await page.locator(seen.is).first().waitFor({ state: 'attached', timeout: 60_000 })
    return page
  }
}
