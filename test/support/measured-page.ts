import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { InvitedServer } from './invited-server.js'
import { DEVICES, type SeenPage } from './every-page.js'

/** Run inside a page: what a person would call broken there. */
export const PAGE_FAULTS = readFileSync(
  new URL('../browser/measure-page.js', import.meta.url),
  'utf8',
)

/** Takes a browser's page to one of ours, with every part of it unfolded. */
export async function openUnfolded(
  page: Page,
  server: InvitedServer,
  seen: SeenPage,
): Promise<void> {
  const { name, has } = seen
  await page.setExtraHTTPHeaders({ 'User-Agent': seen.userAgent ?? DEVICES.other })
  await page.goto(`${server.url}${await seen.path(server)}`)
  await seen.then?.(page)
  await unfold(page)
  if (!(await page.locator('body').innerText()).includes(has)) {
    throw new Error(`This is not the page “${name}”.`)
  }
}

/** Run inside a page: opens all that is folded; one of the apps after the other would be closed. */
export const UNFOLD = `for (const part of document.querySelectorAll('details')) {
  part.removeAttribute('name')
  part.open = true
}`

/** Opens all that is folded. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(UNFOLD)
}

/** A script of ours, which runs inside a page, as the value of an expression. */
export function asExpression(script: string): string {
  return script.slice(script.indexOf('(() =>'))
}

/** What a person would call broken on a page as wide as this. */
export async function faultsAt(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 })
  return (await page.evaluate<string[]>(PAGE_FAULTS)).map((fault) => `${width} px: ${fault}`)
}
