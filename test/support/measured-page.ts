import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { InvitedServer } from './invited-server.js'
import { DEVICES, type SeenPage } from './every-page.js'

const MEASURE = readFileSync(new URL('../browser/measure-page.js', import.meta.url), 'utf8')

/** Takes a browser's page to one of ours, with every part of it unfolded. */
export async function openUnfolded(
  page: Page,
  server: InvitedServer,
  { name, has, userAgent, path, then }: SeenPage,
): Promise<void> {
  await page.setExtraHTTPHeaders({ 'User-Agent': userAgent ?? DEVICES.other })
  await page.goto(`${server.url}${await path(server)}`)
  await then?.(page)
  await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
  if (!(await page.locator('body').innerText()).includes(has)) {
    throw new Error(`This is not the page “${name}”.`)
  }
}

/** What a person would call broken on a page as wide as this. */
export async function faultsAt(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 })
  return (await page.evaluate<string[]>(MEASURE)).map((fault) => `${width} px: ${fault}`)
}
