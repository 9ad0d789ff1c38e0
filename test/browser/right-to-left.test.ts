import { describe, expect, it } from 'vitest'
import { suiteBrowser } from '../support/chromium.js'
import { suiteServerOfEveryPage } from '../support/every-page.js'
import { unfold } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'

// Runs inside a page: how far the start of each value's text is from the start of its label's, in pixels.
const DISTANCES = `[...document.querySelectorAll('.rows > div')]
  .filter((row) => row.checkVisibility())
  .map((row) => {
    const start = (element) => {
      const range = document.createRange()
      range.selectNodeContents(element)
      const { left, right } = range.getBoundingClientRect()
      return document.dir === 'rtl' ? right : left
    }
    return Math.round(Math.abs(start(row.querySelector('dt')) - start(row.querySelector('dd').firstElementChild ?? row.querySelector('dd'))))
  })`

describe.skipIf(isMissing('chromium'))('a page that is read from right to left', () => {
  const server = suiteServerOfEveryPage()
  const browser = suiteBrowser()

  // Values are left to right: they would begin at the other end of their line.
  it.each(['ar', 'en'])('has each value below its label on a phone: %s', async (language) => {
    const page = await browser().newPage({ viewport: { width: 390, height: 664 } })
    const path = `/setup?address=ann@btinternet.com&device=iphone&language=${language}`
    await page.goto(`${server().url}${path}`)
    await unfold(page)
    const distances = await page.evaluate<number[]>(DISTANCES)
    expect(distances.length).toBeGreaterThan(8)
    expect(Math.max(...distances)).toBeLessThanOrEqual(2)
    await page.close()
  })
})
