import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.js'
import { EVERY_PAGE, startServerOfEveryPage } from '../support/every-page.js'
import type { InvitedServer } from '../support/invited-server.js'
import { faultsAt, openUnfolded } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'

// On both sides of where the page changes; all widths and both schemes: widths.long.test.ts.
const WIDTHS = [320, 390, 640, 1280]
/** What of A4 is between margins of a centimetre. */
const PAPER = 718

describe.skipIf(isMissing('chromium'))('every page, at every width and on paper', () => {
  let server: InvitedServer
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    server = await startServerOfEveryPage()
    browser = await launchChromium()
    page = await browser.newPage()
  })
  afterAll(async () => {
    await browser.close()
    server.stop()
  })

  it.each(EVERY_PAGE)('has its words whole and apart: $name', async (seen) => {
    await page.emulateMedia({ media: 'screen' })
    await openUnfolded(page, server, seen)
    const faults: string[] = []
    for (const width of WIDTHS) faults.push(...(await faultsAt(page, width)))
    await page.emulateMedia({ media: 'print' })
    faults.push(...(await faultsAt(page, PAPER)).map((fault) => `on paper, ${fault}`))
    expect(faults).toEqual([])
  })
})
