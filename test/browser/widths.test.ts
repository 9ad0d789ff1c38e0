import { describe, expect, it } from 'vitest'
import { suitePage } from '../support/chromium.js'
import { EVERY_PAGE, suiteServerOfEveryPage } from '../support/every-page.js'
import { faultsAt, openUnfolded } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'

// One of each kind, on both sides of where the page changes; all pages and widths, and both schemes:
// widths.long.test.ts.
const PAGES: readonly string[] = [
  'home, an unknown domain',
  'setup on iphone, imap',
  'setup on android, imap',
  'setup, long values',
  'confirm',
  'error',
  'invitation with a code',
  'invitation, what it gives',
]
const WIDTHS = [320, 390, 640, 1280]
/** What of A4 is between margins of a centimetre. */
const PAPER = 718

describe.skipIf(isMissing('chromium'))('every page, at every width and on paper', () => {
  const server = suiteServerOfEveryPage()
  const page = suitePage()

  const seen = EVERY_PAGE.filter(({ name }) => PAGES.includes(name))
  it('knows them', () => {
    expect(seen).toHaveLength(PAGES.length)
  })

  it.each(seen)('has its words whole and apart: $name', async (one) => {
    await page().emulateMedia({ media: 'screen' })
    await openUnfolded(page(), server(), one)
    const faults: string[] = []
    for (const width of WIDTHS) faults.push(...(await faultsAt(page(), width)))
    await page().emulateMedia({ media: 'print' })
    faults.push(...(await faultsAt(page(), PAPER)).map((fault) => `on paper, ${fault}`))
    expect(faults).toEqual([])
  })
})
