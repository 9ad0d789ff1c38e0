import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseK9Settings } from '../../src/formats/k9-settings/reader.js'
import type { Tag } from '../../src/texts/languages.js'
import { developmentIdentity } from '../support/app.js'
import { payload, readProfile } from '../support/apple-profile.js'
import { PUBLIC_HOST } from '../support/chromium.js'
import { DrivenBrowser, KEYS } from '../support/driven-browser.js'
import { drivenPageFaults } from '../support/driven-page-faults.js'
import { DEVICES, startServerOfEveryPage } from '../support/every-page.js'
import { startFirefox } from '../support/firefox.js'
import { PASSWORD, type InvitedServer } from '../support/invited-server.js'
import { verifyCms } from '../support/openssl.js'
import { isMissing, type Program } from '../support/programs.js'
import { startWebKit } from '../support/webkit.js'
import { readQrCode } from '../support/zbar.js'

const BROWSERS = [
  { name: 'Firefox', start: startFirefox, programs: ['firefox-esr'] },
  { name: 'WebKit', start: startWebKit, programs: ['WebKitWebDriver', 'Xvfb'] },
] as const
const ALSO: readonly Program[] = ['openssl', 'zbarimg']

const ANN = '/setup?address=ann@btinternet.com&name=Ann'
const APPLE_BUTTON = 'a.button[href*="/formats/apple-profile"]'
const PAGES: readonly (readonly [
  is: string,
  path: string | Parameters<InvitedServer['invite']>,
])[] = [
  ['#address', '/'],
  ['#problem + #address', '/setup?address=ann@nowhere.example'],
  [APPLE_BUTTON, `${ANN}&device=iphone`],
  [`.warn + ${APPLE_BUTTON}`, '/setup?address=ann@school.example&device=iphone'],
  ['.app', `${ANN}&device=android`],
  [APPLE_BUTTON, `${ANN}&device=mac`],
  ['#qr', `${ANN}&device=other`],
  ['.domain', '/setup?address=ann@customer.example'],
  ['#code', [{ code: true }]],
  ['.button', [{}]],
  ['.button', '/nothing'],
]
const LANGUAGES: readonly Tag[] = ['en', 'de', 'ar', 'ja']
for (const { name, start, programs } of BROWSERS) {
  const missing = [...programs, ...ALSO].map((one) => isMissing(one)).includes(true)

  describe.skipIf(missing)(`the pages in ${name}`, () => {
    let server: InvitedServer
    let browser: DrivenBrowser
    beforeAll(async () => {
      server = await startServerOfEveryPage(PUBLIC_HOST)
      browser = new DrivenBrowser(await start())
    })
    afterAll(async () => {
      await browser.driver.close()
      server.stop()
    })

    async function take(device: keyof typeof DEVICES | undefined): Promise<void> {
      await browser.askAs(device && DEVICES[device])
      const [width, height] = device === 'iphone' || device === 'android' ? [390, 664] : [1280, 720]
      await browser.resize(width, height)
    }
    const open = (path: string, is?: string) => browser.goTo(`${server.local}${path}`, is)
    const until = (selector: string) =>
      browser.until(`document.querySelector(${JSON.stringify(selector)}) !== null`)
    const address = () => browser.evaluate<string>('location.pathname + location.search')
    const visibleText = () => browser.evaluate<string>('document.body.innerText')
    const mailOf = (xml: string) => payload(readProfile(xml), 'com.apple.mail.managed')

    it('go from an address to an iPhone’s profile, which arrives whole', async () => {
      await take('iphone')
      await open('/', '#address')
      await browser.click('#address')
      await browser.type('ann@btinternet.com', KEYS.enter)
      await until(APPLE_BUTTON)
      expect(new URLSearchParams((await address()).split('?')[1]).get('address')).toBe(
        'ann@btinternet.com',
      )
      const file = await browser.download(APPLE_BUTTON)
      expect(file.name).toBe('ann-btinternet.com.mobileconfig')
      const content = verifyCms(file.body, developmentIdentity.rootPem)
      expect(mailOf(String(content))).toMatchObject({ EmailAddress: 'ann@btinternet.com' })
    })

    it('ask an Android phone for its app, of which one is open at a time', async () => {
      await take('android')
      await open(ANN, '#app-gmail')
      const unfolded = () =>
        browser.evaluate<string[]>(
          `[...document.querySelectorAll('.app')].filter(({ open }) => open).map(({ id }) => id)`,
        )
      expect(await unfolded()).toEqual(['app-gmail'])
      await browser.tabTo('#app-samsung > summary')
      await browser.press(KEYS.enter)
      expect(await unfolded()).toEqual(['app-samsung'])
      await browser.press(' ')
      expect(await unfolded()).toEqual([])
      await browser.click('#app-k9-settings > summary')
      const { body } = await browser.download('#app-k9-settings a[href*="/formats/k9-settings"]')
      expect(JSON.stringify(parseK9Settings(body.toString()))).toContain('ann@btinternet.com')
    })

    it('copy what one copies', async () => {
      await take('android')
      await open(ANN, '#app-gmail .copy')
      await browser.click('#app-gmail .rows .copy')
      await until('.copy.done')
      await open('/', '#address')
      await browser.click('#address')
      await browser.press('v', KEYS.control)
      expect(await browser.evaluate('document.querySelector("#address").value')).toBe(
        'mail.btinternet.com',
      )
    })

    it('speak to a Mac of a Mac, and show a computer a code', async () => {
      await take('mac')
      await open(ANN, APPLE_BUTTON)
      const text = await visibleText()
      expect(text).toContain('on this Mac')
      expect(text).not.toContain('on this iPad')

      await take(undefined)
      await open(ANN, '#qr')
      const code = readQrCode(await browser.screenshot())
      expect(code).toMatch(/^http:\/\/setup\.example\.com:\d+\/setup\?address=ann%40btinternet/)
    })

    it('ask whether settings that were found are right, and go on after yes', async () => {
      await take('iphone')
      await open('/setup?address=ann@customer.example', '.domain')
      await browser.click('main form .button')
      await until(APPLE_BUTTON)
      // Nothing in the address that could be sent on.
      expect(await address()).toBe('/setup')
      const { body } = await browser.download(APPLE_BUTTON)
      expect(mailOf(body.toString())).toMatchObject({ EmailAddress: 'ann@customer.example' })
    })

    it('lead from an invitation to a profile with the password inside', async () => {
      await take('iphone')
      const { path, id } = await server.invite()
      await open(path, 'form .button')
      await browser.click('form .button')
      await until(APPLE_BUTTON)
      expect(await address()).toBe(`${path}?show`)
      expect((await server.stored(id)).record.used).toBe(0)
      const { body } = await browser.download(APPLE_BUTTON)
      const content = verifyCms(body, developmentIdentity.rootPem)
      expect(mailOf(String(content))).toMatchObject({ IncomingPassword: PASSWORD })
      expect((await server.stored(id)).record.used).toBe(1)
      await open(path, '.warn + form')
      expect(await visibleText()).toMatch(/First opened on (?:July 1|1 July)/)
    })

    it('open an invitation by its code only', async () => {
      await take('iphone')
      const { path, code = '' } = await server.invite({ code: true })
      await open(path, '#code')
      await browser.click('#code')
      await browser.type(code === '123456' ? '654321' : '123456', KEYS.enter)
      await until('#code[aria-invalid]')
      await browser.click('#code')
      await browser.type(code, KEYS.enter)
      await until(APPLE_BUTTON)
    })

    it('write times as the page does, where the device does not speak its language', async () => {
      await take('iphone')
      const { path } = await server.invite()
      await open(`${path}?language=ar`, 'time')
      expect(await browser.evaluate('document.querySelector("time").textContent')).toMatch(/\b2026/)
    })

    it('change the language by keys, and keep it', async () => {
      await take('iphone')
      await open('/', '#address')
      await browser.tabTo('footer summary')
      await browser.press(KEYS.enter)
      await browser.tabTo('a[hreflang="ar"]')
      await browser.press(KEYS.enter)
      await until('html[lang="ar"][dir="rtl"] #address')
      await browser.click('#address')
      await browser.type('ann@btinternet.com', KEYS.enter)
      await until(`html[lang="ar"][dir="rtl"] ${APPLE_BUTTON}`)
    })

    it('can be read and used in a browser of 2021', async () => {
      await browser.askAs(DEVICES.iphone)
      await browser.resize(320, 568)
      await open(`/setup?address=${'a'.repeat(64)}@btinternet.com`, APPLE_BUTTON)
      const href = await browser.evaluate<string>('document.querySelector("[rel=stylesheet]").href')
      const style = await (await fetch(new URL(new URL(href).pathname, server.local))).text()
      // Safari has them since 16.2 and 15.4, and an iPhone 7 ends at 15.8.
      const older = style.replaceAll('color-mix(', 'later(').replaceAll(':anywhere', ':later')
      expect(older).toMatch(/later\([^]*:later/)
      await browser.evaluate(`(() => {
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(${JSON.stringify(older)})
        document.querySelector('[rel=stylesheet]').disabled = true
        document.adoptedStyleSheets = [sheet]
      })()`)
      const width = await browser.evaluate<number>('document.documentElement.scrollWidth')
      expect(width).toBeLessThanOrEqual(320)
      await browser.hover(APPLE_BUTTON)
      const colours = `(({ color, backgroundColor }) => [color, backgroundColor])(
        getComputedStyle(document.querySelector('${APPLE_BUTTON}:hover')))`
      expect(await browser.evaluate(colours)).toEqual(['rgb(255, 255, 255)', 'rgb(11, 99, 83)'])
    })

    it.each(LANGUAGES)('fit on every screen, the button on the first one: %s', async (tag) => {
      await browser.askAs(undefined)
      const faults: string[] = []
      for (const [is, page] of PAGES) {
        const path = typeof page === 'string' ? page : (await server.invite(...page)).path
        await open(`${path}${path.includes('?') ? '&' : '?'}language=${tag}`, is)
        for (const fault of await drivenPageFaults(browser, tag)) faults.push(`${path} ${fault}`)
      }
      expect(faults).toEqual([])
    })
  })
}
