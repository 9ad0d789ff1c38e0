import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compactStyle } from '../../src/http/pages/assets.js'
import { closePages, sharedChromium } from '../support/chromium.js'
import { isMissing } from '../support/programs.js'

const CSS = readFileSync(new URL('../../templates/public/style.css', import.meta.url), 'utf8')

describe.skipIf(isMissing('chromium'))('the style sheet as it is sent', () => {
  it('means to a browser what it meant before', async () => {
    const browser = await sharedChromium()
    const page = await browser.newPage()
    const rules = (css: string) =>
      page.evaluate<string[]>(`(() => {
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(${JSON.stringify(css)})
        return [...sheet.cssRules].map((rule) => rule.cssText)
      })()`)
    const written = await rules(CSS)
    expect(written.length).toBeGreaterThan(100)
    expect(await rules(compactStyle(CSS))).toEqual(written)
    await closePages(browser)
  })
})
