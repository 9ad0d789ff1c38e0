import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator } from 'playwright-core'

const ARE_LOADED = `[...document.images].every(
  (one) => !one.checkVisibility() || (one.complete && one.naturalWidth > 0))`

/**
 * A screenshot of something when all pictures that are seen are there: those in folds are loaded when they are opened,
 * and Playwright does not wait for them.
 */
export async function screenshotOf(locator: Locator): Promise<Buffer> {
  while (!(await locator.page().evaluate<boolean>(ARE_LOADED))) await sleep(20)
  return locator.screenshot()
}
