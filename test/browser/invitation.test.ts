import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDcLogin } from '../../src/formats/deltachat-link/reader.js'
import { parseK9Settings } from '../../src/formats/k9-settings/reader.js'
import { parseThunderbirdQr } from '../../src/formats/thunderbird-qr/reader.js'
import { developmentIdentity } from '../support/app.js'
import { payload, readProfile } from '../support/apple-profile.js'
import { IPHONE, PIXEL, suiteBrowser } from '../support/chromium.js'
import { unfold } from '../support/measured-page.js'
import {
  OUTGOING_PASSWORD,
  PASSWORD,
  startInvitedServer,
  type InvitedServer,
} from '../support/invited-server.js'
import { inLongSuite, some } from '../support/runs.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing } from '../support/programs.js'
import { screenshotOf } from '../support/loaded-picture.js'
import { readQrCode } from '../support/zbar.js'

const missing = [isMissing('chromium'), isMissing('zbarimg'), isMissing('openssl')].includes(true)

describe.skipIf(missing)('an invitation in Chromium', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startInvitedServer({ offeredBy: 'Example Mail', contact: '0800 1234' })
  })
  afterAll(() => {
    server.stop()
  })
  const browser = suiteBrowser()

  const used = async (id: string) => (await server.stored(id)).record.used

  async function follow(page: Page, path: string): Promise<void> {
    await page.goto(`${server.url}${path}`)
    await page.getByRole('button', { name: 'Set up my mail' }).click()
    await page.waitForURL(/\?show$/)
  }

  it.each([true, false])(
    'gives an iPhone a profile with both passwords after one button (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const { path, id } = await server.invite()
      const page = await browser().newPage({ ...IPHONE, javaScriptEnabled })
      const complaints = complaintsOf(page)
      await follow(page, path)
      expect(await used(id)).toBe(0)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Set up ann@btinternet.com on this iPhone' }).click(),
      ])
      expect(download.suggestedFilename()).toBe('ann-btinternet.com.mobileconfig')
      const cms = readFileSync(await download.path())
      const content = verifyCms(cms, developmentIdentity.rootPem)
      const mail = payload(readProfile(String(content)), 'com.apple.mail.managed')
      expect(mail).toMatchObject({
        EmailAddress: 'ann@btinternet.com',
        IncomingPassword: PASSWORD,
        OutgoingPassword: OUTGOING_PASSWORD,
      })
      expect(await used(id)).toBe(1)
      await page.reload()
      await page.getByText('About this link').click()
      await page.getByText('Used once, 4 downloads left').waitFor()
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  inLongSuite(
    'gives an Android phone each of its formats after a tap, and nothing before',
    async () => {
      // zbar takes some UTF-8 for something else.
      const { path, id } = await server.invite({ password: 'a+b%c&1', outgoingPassword: 'o=2 #"d' })
      const page = await browser().newPage(PIXEL)
      const complaints = complaintsOf(page)
      await follow(page, path)
      await unfold(page)
      expect(await used(id)).toBe(0)

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download the settings file' }).click(),
      ])
      const k9 = parseK9Settings(readFileSync(await download.path(), 'utf8'))
      expect(JSON.stringify(k9)).toContain('a+b%c&1')
      expect(await used(id)).toBe(1)

      const there = page.url()
      await page.goto(`${there}&device=other`)
      await page.locator('#code-thunderbird-qr > summary').click()
      await page.getByRole('link', { name: 'Show the code' }).click()
      const picture = page.getByRole('img', { name: /for Thunderbird for Android only/ })
      await picture.waitFor()
      const code = parseThunderbirdQr(readQrCode(await screenshotOf(picture)))
      expect(JSON.stringify(code)).toContain('o=2 #')
      expect(await used(id)).toBe(2)
      await page.goto(there)
      await page.locator('#app-deltachat-link > summary').click()

      // Nothing here opens the link, so what the page would have opened is what Chromium was asked for.
      const client = await page.context().newCDPSession(page)
      await client.send('Page.enable')
      const asked = new Promise<string>((resolve) => {
        client.on('Page.frameRequestedNavigation', ({ url }) => resolve(url))
      })
      await page.getByRole('link', { name: 'Open Delta Chat' }).click()
      const link = await asked
      expect(parseDcLogin(link)).toMatchObject({ address: 'ann@btinternet.com' })
      expect(new URL(link).searchParams.get('p')).toBe('a+b%c&1')
      expect(await used(id)).toBe(3)
      await page.getByText('Delta Chat did not open').waitFor()
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  inLongSuite(
    'leads from a button to the page that says why, once the link has ended',
    async () => {
      for (const [part, button, device] of [
        ['#app-deltachat-link', 'Open Delta Chat', PIXEL],
        ['#code-thunderbird-qr', 'Show the code', { viewport: { width: 1280, height: 760 } }],
      ] as const) {
        const { path, id } = await server.invite()
        const page = await browser().newPage(device)
        await page.goto(`${server.url}${path}?show`)
        await page.locator(`${part} > summary`).click()
        await server.invitations.revoke(id, 'cli')
        await page.getByRole('link', { name: button }).click()
        await page.getByRole('heading', { name: 'This link was withdrawn' }).waitFor()
        await page.close()
      }
    },
  )

  inLongSuite('has times as the device shows them', async () => {
    const { path } = await server.invite()
    const page = await browser().newPage({ ...IPHONE, locale: 'en-GB', timezoneId: 'Asia/Tokyo' })
    await page.goto(`${server.url}${path}`)
    expect(await page.locator('time').allTextContents()).toEqual([
      '4 July 2026',
      '4 July 2026 at 21:00',
    ])
    await page.close()
  })

  inLongSuite('fits the smallest iPhone, every part opened', async () => {
    const { path } = await server.invite({ address: `${'a'.repeat(64)}@btinternet.com` })
    const coded = await server.invite({ code: true })
    const page = await browser().newPage({ ...IPHONE, viewport: { width: 320, height: 568 } })
    for (const rest of [path, coded.path, `${path}?show`]) {
      await page.goto(`${server.url}${rest}`)
      await unfold(page)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(320)
    }
    await page.close()
  })

  inLongSuite(
    'gives nothing to a scanner that clicks and posts everything, where a code is wanted',
    async () => {
      const { path, id, code } = await server.invite({ code: true })
      const page = await browser().newPage()
      const start = `${server.url}${path}`
      const leave = async (act: () => Promise<unknown>) => {
        await Promise.all([page.waitForEvent('domcontentloaded'), act()])
      }
      await page.goto(start)
      // What a telephone dials leads to no page; of the other languages, some.
      const links = page.locator('a:not([href^="tel:"])')
      const hrefs = await page.evaluate<string[]>(`
      [...document.querySelectorAll('a:not([href^="tel:"])')].map(({ href }) => href)`)
      const isLanguage = (href: string) => href.includes('language=')
      const languages = hrefs.filter(isLanguage)
      expect(languages.length).toBeGreaterThan(10)
      const clicked = some(languages, 3)
      for (const [i, href] of hrefs.entries()) {
        if (isLanguage(href) && !clicked.includes(href)) continue
        await unfold(page)
        await leave(() => links.nth(i).click())
        await page.goto(start)
      }
      // Whether as a person would or as a script does, which checks nothing.
      for (const typed of ['', 'scanner@example.com', code === '123456' ? '654321' : '123456']) {
        for (const send of [
          () => page.getByRole('button').click(),
          () => page.evaluate('document.forms[0].submit()'),
        ]) {
          await page.goto(start)
          await page.locator('input').fill(typed)
          await page.evaluate('document.forms[0].noValidate = true')
          await leave(send)
        }
      }
      expect((await page.goto(`${start}?show`))?.status()).toBe(200)
      expect(await page.locator('a[href*="/formats/"]').count()).toBe(0)
      const { state, record } = await server.stored(id)
      expect([state, record.used]).toEqual(['pending', 0])
      // It did type one.
      expect(record.passcode?.triesLeft).toBeLessThan(5)
      await page.close()
    },
  )
})

// Whatever the page asks of others or the policy forbids.
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}
