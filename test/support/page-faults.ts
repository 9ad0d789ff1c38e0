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

/**
 * Run inside a page: all that there is to see, in one call, as each costs about what it takes to look. The
 * page is left as it was.
 */
const LOOK = `(() => {
  const measure = () => ${asExpression(PAGE_FAULTS)}
  const first = ${asExpression(FIRST_SCREEN)}
  const folded = measure()
  const before = [...document.querySelectorAll('details')]
    .map((part) => [part, part.open, part.getAttribute('name')])
  ${UNFOLD}
  const unfolded = measure()
  const direction = ${asExpression(DIRECTION_FAULTS)}
  const focus = ${asExpression(FOCUS_FAULTS)}
  document.documentElement.style.fontSize = '200%'
  const large = measure()
  document.documentElement.style.fontSize = ''
  for (const [part, wasOpen, name] of before) {
    part.open = wasOpen
    if (name !== null) part.setAttribute('name', name)
  }
  return { first, folded, unfolded, direction, focus, large }
})()`

/** Run inside a page that has just been opened. */
const FIRST_LOOK = `(async () => {
  const shift = await ${LAYOUT_SHIFT}
  return { shift, ...${LOOK} }
})()`

interface Look {
  readonly first: FirstScreen
  readonly folded: readonly string[]
  readonly unfolded: readonly string[]
  readonly direction: readonly string[]
  readonly focus: readonly string[]
  readonly large: readonly string[]
}

/** All that somebody would call wrong with a page as it has been opened, on their screen in their language. */
export async function pageFaults(page: Page, tag: Tag): Promise<string[]> {
  const { shift, ...look } = await page.evaluate<Look & { readonly shift: number }>(FIRST_LOOK)
  const moved = shift === 0 ? [] : [`it moves by ${shift} while it is loaded`]
  return [...moved, ...faultsIn(look, page, tag)]
}

/** The same, once that page has been given another size: it is loaded no more. */
export async function resizedPageFaults(page: Page, tag: Tag): Promise<string[]> {
  return faultsIn(await page.evaluate<Look>(LOOK), page, tag)
}

function faultsIn({ first, ...seen }: Look, page: Page, tag: Tag): string[] {
  return [
    ...new Set([
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
