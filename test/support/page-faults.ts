import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { Tag } from '../../src/texts/languages.js'
import { FIRST_SCREEN, firstScreenFaults, type FirstScreen } from './first-screen.js'
import { LAYOUT_SHIFT } from './layout-shift.js'
import { leftInEnglish } from './left-in-english.js'
import { asExpression, PAGE_FAULTS, UNFOLD } from './measured-page.js'

const read = (name: string) => readFileSync(new URL(`../browser/${name}`, import.meta.url), 'utf8')
/** Run inside a page: what would be read in the wrong order. */
export const DIRECTION_FAULTS = read('directions.js')
/** Run inside a page: what would lose somebody who goes through it by Tab. */
export const FOCUS_FAULTS = read('focus-order.js')

/** Run inside a page: all of that, in one call, as each costs about what it takes to look. */
const LOOK = `(async () => {
  const measure = () => ${asExpression(PAGE_FAULTS)}
  const shift = await ${LAYOUT_SHIFT}
  const first = ${asExpression(FIRST_SCREEN)}
  const folded = measure()
  ${UNFOLD}
  const unfolded = measure()
  const direction = ${asExpression(DIRECTION_FAULTS)}
  const focus = ${asExpression(FOCUS_FAULTS)}
  document.documentElement.style.fontSize = '200%'
  const large = measure()
  return { shift, first, folded, unfolded, direction, focus, large }
})()`

interface Look {
  readonly shift: number
  readonly first: FirstScreen
  readonly folded: readonly string[]
  readonly unfolded: readonly string[]
  readonly direction: readonly string[]
  readonly focus: readonly string[]
  readonly large: readonly string[]
}

/** All that somebody would call wrong with a page as it has been opened, on their screen in their language. */
export async function pageFaults(page: Page, tag: Tag): Promise<string[]> {
  const { shift, first, ...seen } = await page.evaluate<Look>(LOOK)
  return [
    ...new Set([
      ...(shift === 0 ? [] : [`it moves by ${shift} while it is loaded`]),
      ...firstScreenFaults(first, tag, page.viewportSize()?.height ?? 0),
      ...leftInEnglish(first.spoken, tag),
      ...seen.folded,
      ...seen.unfolded.map((fault) => `unfolded: ${fault}`),
      ...seen.direction,
      ...seen.focus,
      ...seen.large.map((fault) => `twice as large: ${fault}`),
    ]),
  ]
}
