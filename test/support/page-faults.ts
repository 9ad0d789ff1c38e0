import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { Tag } from '../../src/texts/languages.js'
import { firstScreenFaults, firstScreenOf } from './first-screen.js'
import { layoutShift } from './layout-shift.js'
import { leftInEnglish } from './left-in-english.js'
import { PAGE_FAULTS, unfold } from './measured-page.js'

const read = (name: string) => readFileSync(new URL(`../browser/${name}`, import.meta.url), 'utf8')
/** Run inside a page: what would be read in the wrong order. */
export const DIRECTION_FAULTS = read('directions.js')
/** Run inside a page: what would lose somebody who goes through it by Tab. */
export const FOCUS_FAULTS = read('focus-order.js')

/** All that somebody would call wrong with a page as it has been opened, on their screen in their language. */
export async function pageFaults(page: Page, tag: Tag): Promise<string[]> {
  const faults: string[] = []
  const look = async (script: string, how = '') => {
    for (const fault of await page.evaluate<string[]>(script)) faults.push(`${how}${fault}`)
  }
  const shift = await layoutShift(page)
  if (shift !== 0) faults.push(`it moves by ${shift} while it is loaded`)
  const first = await firstScreenOf(page)
  faults.push(...firstScreenFaults(first, tag, page.viewportSize()?.height ?? 0))
  faults.push(...leftInEnglish(first.spoken, tag))
  await look(PAGE_FAULTS)
  await unfold(page)
  await look(PAGE_FAULTS, 'unfolded: ')
  await look(DIRECTION_FAULTS)
  await look(FOCUS_FAULTS)
  await page.evaluate("document.documentElement.style.fontSize = '200%'")
  await look(PAGE_FAULTS, 'twice as large: ')
  return [...new Set(faults)]
}
