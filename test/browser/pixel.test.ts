import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAndroidIntent } from '../../src/formats/android-intent/reader.js'
import { parseDavx5Link } from '../../src/formats/davx5-link/reader.js'
import { parseDcLogin } from '../../src/formats/deltachat-link/reader.js'
import { parseFairemailProfile } from '../../src/formats/fairemail-profile/reader.js'
import { parseIntentUri } from '../../src/formats/intent-uri.js'
import { parseK9Settings } from '../../src/formats/k9-settings/reader.js'
import { parseThunderbirdQr } from '../../src/formats/thunderbird-qr/reader.js'
import { chromeOutcome } from '../readers/chrome-intent.js'
import { fairemailImporter } from '../readers/fairemail-importer.js'
import { PIXEL, suiteBrowser } from '../support/chromium.js'
import { unfold } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { startServer, type RunningServer } from '../support/server.js'
import { screenshotOf } from '../support/loaded-picture.js'
import { readQrCode } from '../support/zbar.js'

const missing = [isMissing('chromium'), isMissing('zbarimg')].includes(true)

const NAME = 'Ann “&” <Example> 🙂'
const PASSWORD = 'a+b%c&d;e#f"g 🙂\\'
const COMPUTER = { viewport: { width: 1280, height: 900 } }

const OUTGOING = {
  protocol: 'smtp',
  host: 'mail.btinternet.com',
  port: 465,
  security: 'tls',
  authentication: 'password-cleartext',
  username: 'ann@btinternet.com',
}
const INCOMING = {
  imap: { ...OUTGOING, protocol: 'imap', port: 993 },
  pop3: { ...OUTGOING, protocol: 'pop3', port: 995 },
} as const
const IDENTITIES = [{ address: 'ann@btinternet.com', name: NAME }]

describe.skipIf(missing)('a Pixel in Chromium', () => {
  let folder: string
  let server: RunningServer
  /** Every request of every page, with its body. */
  const requests: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailprofile-browser-'))
    server = await startServer([], {
      cwd: folder,
      env: { XDG_STATE_HOME: folder, MAILPROFILE_ANDROID_INTENT_SCHEME: 'examplemail' },
    })
  })

  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const browser = suiteBrowser()

  // A page for each kind of browser, loaded anew for each test: to open one takes far longer.
  const pages = new Map<string, Page>()

  async function open(path: string, options: BrowserContextOptions = PIXEL): Promise<Page> {
    const kind = JSON.stringify(options)
    const page = pages.get(kind) ?? (await newPage(options))
    pages.set(kind, page)
    await page.goto(`${server.url}${path}`)
    return page
  }

  /** A page that no other test has: what follows a link to an app stays behind. */
  async function openNew(path: string): Promise<Page> {
    const page = await newPage(PIXEL)
    await page.goto(`${server.url}${path}`)
    return page
  }

  async function newPage(options: BrowserContextOptions): Promise<Page> {
    const page = await browser().newPage(options)
    page.on('request', (request) => {
      requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`)
    })
    return page
  }

  function setup(protocol: 'imap' | 'pop3', address = 'ann@btinternet.com'): string {
    return `/setup?address=${address}&name=${encodeURIComponent(NAME)}&protocol=${protocol}`
  }

  /** Taps the app that somebody reads mail with. */
  function choose(page: Page, app: string): Promise<void> {
    return page.getByRole('heading', { name: app, level: 3, exact: true }).click()
  }

  async function downloadFrom(page: Page, choice: string, button: string) {
    await choose(page, choice)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: button }).click(),
    ])
    return {
      name: download.suggestedFilename(),
      text: readFileSync(await download.path(), 'utf8'),
    }
  }

  describe.each(
    some(
      [
        ['imap', true],
        ['pop3', true],
        ['imap', false],
        ['pop3', false],
      ] as const,
      2,
    ),
  )('with %s (JavaScript: %s)', (protocol, javaScriptEnabled) => {
    const options = { ...PIXEL, javaScriptEnabled }

    it('gets the settings file for Thunderbird and K-9', async () => {
      const page = await open(setup(protocol), options)
      const file = await downloadFrom(page, 'Thunderbird, K-9 Mail', 'Download the settings file')
      expect(file.name).toBe('ann-btinternet.com.k9s')
      expect(parseK9Settings(file.text)).toMatchObject({
        accounts: [
          {
            accountName: 'BT Mail',
            identities: IDENTITIES,
            incoming: INCOMING[protocol],
            outgoing: OUTGOING,
            incomingPasswordNeeded: true,
            outgoingPasswordNeeded: true,
          },
        ],
        failed: [],
      })
    })

    it('gets the profile for FairEmail', async () => {
      const page = await open(setup(protocol), options)
      const file = await downloadFrom(page, 'FairEmail', 'Download the profile for FairEmail')
      expect(fairemailImporter(file.name)).toBe('profile')
      expect(parseFairemailProfile(file.text)).toEqual({
        protocol,
        accountName: 'BT Mail',
        address: 'ann@btinternet.com',
        name: NAME,
        incoming: fairemailServer(INCOMING[protocol]),
        outgoing: fairemailServer(OUTGOING),
        missing: [],
      })
    })

    it("gets the link of the provider's own app", async () => {
      const page = await open(setup(protocol), options)
      await choose(page, 'My provider’s own app')
      const href = await hrefOf(page, 'Set up mail in the app')
      expect(parseIntentUri(href).data).toBe('examplemail://account')
      expect(parseAndroidIntent(href)).toMatchObject({
        accountName: 'BT Mail',
        identities: IDENTITIES,
        incoming: INCOMING[protocol],
        outgoing: OUTGOING,
      })
      // Where the app is missing, the browser comes back and the page says so.
      const outcome = chromeOutcome({ uri: href, userGesture: true, appResolves: false })
      if (outcome.kind !== 'page') throw new Error(`Chrome would end with ${outcome.kind}.`)
      await page.goto(outcome.url)
      expect(await page.getByText('The app did not open').isVisible()).toBe(true)
    })

    it('gets the links of DAVx5', async () => {
      const page = await open(setup(protocol, 'ann@fastmail.com'), options)
      await choose(page, 'DAVx⁵')
      for (const [what, baseUrl] of [
        ['calendars', 'https://caldav.fastmail.com/'],
        ['contacts', 'https://carddav.fastmail.com/'],
      ]) {
        const href = await hrefOf(page, `Set up ${what}`)
        expect(parseDavx5Link(href)).toEqual({ baseUrl, username: 'ann@fastmail.com' })
      }
    })

    it('finds what to type into other apps inside the choice of each, Gmail’s open', async () => {
      const page = await open(setup(protocol), options)
      const { port } = INCOMING[protocol]
      for (const app of ['gmail', 'samsung', 'outlook', 'other']) {
        const choice = page.locator(`#app-${app}`)
        if (app !== 'gmail') {
          expect(await choice.locator('ol').isVisible()).toBe(false)
          await choice.locator('summary').click()
        }
        for (const value of [OUTGOING.host, String(port), 'SSL/TLS', '465']) {
          expect(await choice.getByText(value, { exact: true }).first().isVisible()).toBe(true)
        }
      }
      // One at a time.
      expect(await page.locator('.app[open]').count()).toBe(1)
    })

    it('says what is not possible where the button would have been', async () => {
      const page = await open(setup(protocol), options)
      const choice = page.locator('#app-deltachat-link')
      if (protocol === 'pop3') {
        await choice.locator('summary').click()
        expect(await choice.innerText()).toContain('Delta Chat needs IMAP')
        expect(await choice.getByRole('link').count()).toBe(0)
      } else expect(await choice.isVisible()).toBe(javaScriptEnabled)
    })
  })

  describe('Delta Chat', () => {
    // What the browser follows, as it stands when it follows it.
    async function watch(page: Page): Promise<() => Promise<string[]>> {
      await page.evaluate(`
        window.followed = []
        document.addEventListener('click', (event) => {
          const link = event.target.closest('a')
          if (link && !event.defaultPrevented) window.followed.push(link.href)
        })`)
      return () => page.evaluate('window.followed')
    }

    it.each(['tap', 'Enter'])(
      'gets the whole link by %s, and nobody else the password',
      async (way) => {
        const page = await openNew(setup('imap'))
        await choose(page, 'Delta Chat')
        const box = page.getByLabel('Your mail password')
        const button = page.getByRole('link', { name: 'Open Delta Chat' })
        const idle = await button.getAttribute('href')
        const followed = await watch(page)
        await box.fill(PASSWORD)
        if (way === 'tap') await button.click()
        else await box.press('Enter')
        await expect.poll(() => box.inputValue()).toBe('')
        expect(await button.getAttribute('href')).toBe(idle)
        const [href = ''] = await followed()
        const intent = parseIntentUri(href)
        expect(parseDcLogin(intent.data ?? '')).toMatchObject({
          address: 'ann@btinternet.com',
          certificateChecks: 'Strict',
          imap: { server: 'mail.btinternet.com', port: 993, security: 'Ssl', password: PASSWORD },
          smtp: {
            server: 'mail.btinternet.com',
            port: 465,
            security: 'Ssl',
            user: 'ann@btinternet.com',
          },
        })
        const fallback = intent.extras.get('browser_fallback_url')?.value ?? ''
        expect(fallback).toMatch(new RegExp(`^${server.url}/setup\\?.*#no-deltachat-link$`))
        expect(decodeURIComponent(fallback)).not.toContain(PASSWORD)
        expect(await page.content()).not.toContain('a+b%c')
        expect(new URL(page.url()).origin).toBe(server.url)
        await page.goto(fallback)
        expect(await page.getByText('Delta Chat did not open').isVisible()).toBe(true)
      },
    )

    it('asks for a password that is missing', async () => {
      const page = await openNew(setup('imap'))
      await choose(page, 'Delta Chat')
      const followed = await watch(page)
      await page.getByRole('link', { name: 'Open Delta Chat' }).click()
      expect(await page.getByText('Type your password first.').isVisible()).toBe(true)
      expect(await followed()).toEqual([])
    })

    it('has a box that no form sends, and that is empty when the page is left and seen again', async () => {
      const page = await openNew(setup('imap'))
      await choose(page, 'Delta Chat')
      const box = page.getByLabel('Your mail password')
      expect(await box.getAttribute('name')).toBeNull()
      const form = await page.evaluate("document.getElementById('deltachat-password').form")
      expect(form).toBeNull()
      await box.fill(PASSWORD)
      await page.goto(`${server.url}/healthz`)
      await page.goBack()
      if (!(await box.isVisible())) await choose(page, 'Delta Chat')
      expect(await box.inputValue()).toBe('')
    })
  })

  it.each(['imap', 'pop3'] as const)(
    'scans the code of Thunderbird from a computer that shows it, with %s',
    async (protocol) => {
      const page = await open(setup(protocol), COMPUTER)
      await choose(page, 'Thunderbird on an Android phone')
      expect(
        await page.getByText('Scan it inside Thunderbird, not with the camera.').isVisible(),
      ).toBe(true)
      const picture = await screenshotOf(page.locator('#code-thunderbird-qr img'))
      // Big endian, after the PNG signature and the head of the first chunk.
      expect(picture.readUInt32BE(16)).toBeLessThanOrEqual(300)
      expect(parseThunderbirdQr(readQrCode(picture))).toEqual({
        sequence: [1, 1],
        accounts: [
          {
            accountName: 'BT Mail',
            identities: IDENTITIES,
            incoming: INCOMING[protocol],
            outgoing: OUTGOING,
          },
        ],
      })
    },
  )

  it('scans it too when names are as long as they may be', async () => {
    const long = `${'a'.repeat(64)}@btinternet.com`
    const page = await open(
      setup('imap', long).replace(/name=[^&]*/, `name=${'W'.repeat(200)}`),
      COMPUTER,
    )
    await choose(page, 'Thunderbird on an Android phone')
    const picture = await screenshotOf(page.locator('#code-thunderbird-qr img'))
    expect(parseThunderbirdQr(readQrCode(picture)).accounts[0]?.identities).toEqual([
      { address: long, name: 'W'.repeat(200) },
    ])
  })

  it('fits a narrow screen, every part opened', async () => {
    const page = await open(setup('imap', `${'a'.repeat(64)}@fastmail.com`), {
      ...PIXEL,
      viewport: { width: 320, height: 640 },
    })
    await unfold(page)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  })

  it('shows an iPhone no file that is only for Android', async () => {
    const page = await open(setup('imap'), {
      ...PIXEL,
      userAgent: PIXEL.userAgent.replace(
        'Linux; Android 10; K',
        'iPhone; CPU iPhone OS 18_1 like Mac OS X',
      ),
    })
    expect(await page.locator('a[href*="/formats/fairemail-profile"]').count()).toBe(0)
    expect(await page.locator('a[href*="/formats/k9-settings"]').count()).toBe(0)
    expect(await page.locator('a[href*="/formats/apple-profile"]').count()).toBe(1)
  })

  it('has sent no password anywhere, and the server has logged none', () => {
    // Chromium calls it a request too when it hands a link over to an app.
    const handedOver = requests.filter((line) => line.startsWith('GET intent:'))
    const sent = requests.filter((line) => !handedOver.includes(line))
    expect(sent.length).toBeGreaterThan(50)
    for (const line of sent) expect(line).toMatch(new RegExp(`^GET ${server.url}/`))
    const pieces = [PASSWORD, encodeURIComponent(PASSWORD), 'a+b%c', 'a%2Bb']
    const everything = [...sent, ...server.lines]
    for (const piece of pieces) {
      expect(everything.filter((line) => line.includes(piece))).toEqual([])
    }
  })
})

function fairemailServer({ host, port, security, username }: typeof OUTGOING) {
  return { host, port, security, username }
}

async function hrefOf(page: Page, button: string): Promise<string> {
  return (await page.getByRole('link', { name: button, exact: true }).getAttribute('href')) ?? ''
}
