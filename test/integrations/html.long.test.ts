import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { qrSvg } from '../../src/qr/svg.js'
import { axeFaults } from '../support/axe.js'
import { PIXEL, suiteBrowser } from '../support/chromium.js'
import { startInvitedServer, type InvitedServer } from '../support/invited-server.js'
import { isMissing } from '../support/programs.js'
import { readQrCode } from '../support/zbar.js'

const SNIPPET = readFileSync(
  new URL('../../integrations/html/snippet.html', import.meta.url),
  'utf8',
)
const SERVER = 'https://setup.example.com'
const PORTAL = 'http://portal.example.test/'

const isSkipped = [isMissing('chromium'), isMissing('zbarimg')].includes(true)

describe.skipIf(isSkipped)('the snippet in a page of somebody else', () => {
  let server: InvitedServer
  const browser = suiteBrowser()
  beforeAll(async () => {
    server = await startInvitedServer()
  })
  afterAll(() => {
    server.stop()
  })

  /** A page with nothing but the snippet, for this server. */
  async function openPortal(options = {}): Promise<Page> {
    const page = await browser().newPage(options)
    const body = SNIPPET.replaceAll(SERVER, server.url).replace(
      '%40example.com',
      '%40btinternet.com',
    )
    await page.route(`${PORTAL}**`, (route) =>
      route.request().url().endsWith('/code.svg')
        ? route.fulfill({ contentType: 'image/svg+xml', body: qrSvg(SERVER) })
        : route.fulfill({
            contentType: 'text/html; charset=utf-8',
            body: `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Portal</title><main><h1>Portal</h1>${body}</main></html>`,
          }),
    )
    await page.goto(PORTAL)
    return page
  }

  /** The page that opens. */
  async function opened(page: Page, open: () => Promise<void>): Promise<Page> {
    const [next] = await Promise.all([page.context().waitForEvent('page'), open()])
    await next.waitForLoadState()
    return next
  }

  it('has a form that leads to the settings of whoever types an address', async () => {
    const page = await openPortal()
    const button = page.getByRole('button', { name: 'Set up my phone' })
    await button.click()
    // Without an address it goes nowhere.
    expect(page.context().pages()).toHaveLength(1)
    await page.getByLabel('Your mail address').fill('ann@btinternet.com')
    const setup = await opened(page, () => button.click())
    expect(setup.url()).toBe(`${server.url}/setup?address=ann%40btinternet.com`)
    expect(await setup.locator('body').innerText()).toContain('ann@btinternet.com')
    expect(await setup.evaluate('document.referrer')).toBe('')
  })

  it('has a button that leads there where the address is known', async () => {
    const page = await openPortal()
    const link = page.getByRole('link', { name: 'Set up my phone' })
    const setup = await opened(page, () => link.click())
    expect(await setup.locator('body').innerText()).toContain('ann@btinternet.com')
  })

  it('has a code that a camera reads, in the light and in the dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openPortal({ colorScheme })
      expect(readQrCode(await page.getByRole('img').screenshot())).toBe(SERVER)
    }
  })

  it.each(['light', 'dark'] as const)(
    'fits a phone and is easy to use: %s',
    async (colorScheme) => {
      const page = await openPortal({
        ...PIXEL,
        viewport: { width: 320, height: 568 },
        colorScheme,
      })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
      expect(await axeFaults(page)).toEqual([])
    },
  )
})
