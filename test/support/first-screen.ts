import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { languageOf, type Tag } from '../../src/texts/languages.js'
import { countWords } from './count-words.js'

/** What a person meets on a page before doing anything. */
export interface FirstScreen {
  readonly lang: string
  readonly dir: string
  /** What there is to do: the words of the button. */
  readonly action?: string
  /** Where that ends, from above. */
  readonly bottom?: number
  readonly isWhole?: boolean
  /** All words before it, and all on the page, folded. */
  readonly before: string
  readonly all: string
  readonly height: number
  /** Each piece of text of the page, folded or not, and what only a screen reader says. */
  readonly spoken: readonly string[]
}

/** Run inside a page: its first screen. */
export const FIRST_SCREEN = readFileSync(
  new URL('../browser/first-screen.js', import.meta.url),
  'utf8',
)

/** As many as somebody reads who came for a button. */
const WORDS = 40

export function firstScreenOf(page: Page): Promise<FirstScreen> {
  return page.evaluate<FirstScreen>(FIRST_SCREEN)
}

/** What is wrong with that: another language, or nothing to do that would be seen at once. */
export function firstScreenFaults(first: FirstScreen, tag: Tag, height: number): string[] {
  const faults: string[] = []
  const { dir } = languageOf(tag)
  if (first.lang !== tag || first.dir !== dir) faults.push(`it says ${first.lang}, ${first.dir}`)
  if (first.bottom === undefined) faults.push('there is nothing to do')
  else if (first.bottom > height) faults.push(`“${first.action}” ends at ${first.bottom} px`)
  if (first.isWhole === false) faults.push(`“${first.action}” is cut off`)
  const words = countWords(first.before, tag)
  if (words > WORDS) faults.push(`${words} words before the button: ${first.before}`)
  return faults
}
