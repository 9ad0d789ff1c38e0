import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compactStyle } from '../../src/http/pages/assets.js'
import { suitePage } from '../support/chromium.js'
import { isMissing } from '../support/programs.js'

// As it is sent: what the looks are made of, and how.
const CSS = ['tokens.css', 'style.css']
  .map((name) => readFileSync(new URL(`../../templates/public/${name}`, import.meta.url), 'utf8'))
  .join('')

describe.skipIf(isMissing('chromium'))('the style sheet as it is sent', () => {
  const page = suitePage()

  it('means to a browser what it meant before', async () => {
    const rules = (css: string) =>
      page().evaluate<string[]>(`(() => {
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(${JSON.stringify(css)})
        // What a custom property holds, and what @supports asks for, is kept as it was written.
        return [...sheet.cssRules].map(({ cssText }) =>
          cssText.replaceAll(', ', ',').replaceAll(/(?<!\\d)0\\./g, '.').replaceAll('(color: ', '(color:'))
      })()`)
    const written = await rules(CSS)
    expect(written.length).toBeGreaterThan(80)
    expect(await rules(compactStyle(CSS))).toEqual(written)
  })
})
