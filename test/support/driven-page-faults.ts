import { languageOf, type Tag } from '../../src/texts/languages.js'
import type { DrivenBrowser } from './driven-browser.js'
import { FIRST_SCREEN } from './first-screen.js'
import { asExpression, PAGE_FAULTS } from './measured-page.js'

const SCREENS = [
  [320, 568],
  [390, 664],
  [1280, 720],
] as const

const FAULTS = asExpression(PAGE_FAULTS)
// Folded as it comes, and with everything open, one of the apps beside the other.
const LOOK = `(() => {
  const first = ${asExpression(FIRST_SCREEN)}
  const folded = ${FAULTS}
  const parts = [...document.querySelectorAll('details')]
  const before = parts.map((part) => [part, part.open, part.getAttribute('name')])
  for (const part of parts) {
    part.removeAttribute('name')
    part.open = true
  }
  const open = ${FAULTS}
  const width = document.documentElement.scrollWidth
  for (const [part, wasOpen, name] of before) {
    part.open = wasOpen
    if (name) part.setAttribute('name', name)
  }
  return { first, faults: [...new Set([...folded, ...open])], width }
})()`

interface Look {
  readonly first: {
    readonly lang: string
    readonly dir: string
    readonly action?: string
    readonly bottom?: number
    readonly isWhole?: boolean
  }
  readonly faults: readonly string[]
  readonly width: number
}

/** What a person would call wrong with an open page on a small phone, a phone and a computer. */
export async function drivenPageFaults(browser: DrivenBrowser, tag: Tag): Promise<string[]> {
  const faults: string[] = []
  for (const [width, height] of SCREENS) {
    await browser.resize(width, height)
    const { first, ...seen } = await browser.evaluate<Look>(LOOK)
    const { lang, dir, action = '', bottom = Infinity, isWhole } = first
    const complain = (fault: string) => faults.push(`at ${width} px: ${fault}`)
    seen.faults.forEach(complain)
    if (seen.width > width) complain(`it is ${seen.width} px wide`)
    if (lang !== tag || dir !== languageOf(tag).dir) complain(`it is ${lang}, ${dir}`)
    if (bottom > height) complain(`“${action}” ends at ${bottom} px`)
    if (isWhole !== true) complain(`“${action}” is cut off`)
  }
  return faults
}
