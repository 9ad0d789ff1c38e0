import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEFT_TO_THE_PERSON } from '../support/apple-profile.js'
import { IPHONE, suiteBrowser } from '../support/chromium.js'
import { verifyCms } from '../support/openssl.js'
import { unfold } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { startServer, type RunningServer } from '../support/server.js'
import { screenshotOf } from '../support/loaded-picture.js'
import { readQrCode } from '../support/zbar.js'

const missing = [isMissing('chromium'), isMissing('zbarimg'), isMissing('openssl')].includes(true)

const BT = {
  EmailAccountDescription: 'BT Mail',
  EmailAccountName: 'Ann “&” <Example> 🙂',
  EmailAddress: 'ann@btinternet.com',
  OutgoingMailServerAuthentication: 'EmailAuthPassword',
  OutgoingMailServerHostName: 'mail.btinternet.com',
  OutgoingMailServerPortNumber: 465,
  OutgoingMailServerUseSSL: true,
  OutgoingMailServerUsername: 'ann@btinternet.com',
  OutgoingPasswordSameAsIncomingPassword: true,
  IncomingMailServerAuthentication: 'EmailAuthPassword',
  IncomingMailServerHostName: 'mail.btinternet.com',
  IncomingMailServerUseSSL: true,
  IncomingMailServerUsername: 'ann@btinternet.com',
  ...LEFT_TO_THE_PERSON,
}

describe.skipIf(missing)('an iPhone in Chromium', () => {
  let folder: string
  let server: RunningServer

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailprofile-browser-'))
    server = await startServer([], {
      cwd: folder,
      env: { XDG_STATE_HOME: folder },
    })
  })

  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const browser = suiteBrowser()

  it.each(
    some(
      [
        [
          'IMAP',
          'computer',
          true,
          { EmailAccountType: 'EmailTypeIMAP', IncomingMailServerPortNumber: 993 },
        ],
        [
          'POP3',
          'iPhone',
          true,
          { EmailAccountType: 'EmailTypePOP', IncomingMailServerPortNumber: 995 },
        ],
        [
          'IMAP',
          'computer',
          false,
          { EmailAccountType: 'EmailTypeIMAP', IncomingMailServerPortNumber: 993 },
        ],
      ],
      2,
    ),
  )(
    'gets from the address to a verified profile by %s, typed on a %s (JavaScript: %s)',
    async (protocol, typedOn, javaScriptEnabled, incoming) => {
      // One screen shows the code …
      const screen = typedOn === 'iPhone' ? IPHONE : { viewport: { width: 1280, height: 900 } }
      const desk = await browser().newPage({ ...screen, javaScriptEnabled })
      const complaints = complaintsOf(desk)
      await fillForm(desk, protocol)
      if (typedOn === 'iPhone') await desk.getByText('On another device').click()
      const target = readQrCode(await screenshotOf(desk.locator('#qr')))
      expect(target).toMatch(new RegExp(`^${server.url}/setup\\?`))
      await desk.close()

      // … and an iPhone follows it.
      const phone = await browser().newPage({ ...IPHONE, javaScriptEnabled })
      const more = complaintsOf(phone)
      await phone.goto(target)
      const [download] = await Promise.all([
        phone.waitForEvent('download'),
        phone.getByRole('link', { name: 'Set up ann@btinternet.com on this iPhone' }).click(),
      ])
      expect(download.suggestedFilename()).toBe('ann-btinternet.com.mobileconfig')
      expect(verify(await download.path())).toMatchObject({ ...BT, ...incoming })
      await phone.close()
      expect([...complaints, ...more]).toEqual([])
    },
  )

  it('fits the screen of the smallest iPhone, every part opened', async () => {
    const page = await browser().newPage({ ...IPHONE, viewport: { width: 320, height: 568 } })
    const local = 'a'.repeat(64)
    await page.goto(`${server.url}/setup?address=${local}@btinternet.com&name=${'W'.repeat(200)}`)
    await unfold(page)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(320)
    await page.close()
  })

  it('copies what one copies of the settings', async () => {
    const context = await browser().newContext({ ...IPHONE })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    await page.goto(`${server.url}/setup?address=ann@btinternet.com`)
    await page.getByText('Settings to type').click()
    const copied: unknown[] = []
    const buttons = page.locator('#settings').getByRole('button')
    for (let i = 0; i < (await buttons.count()); i++) {
      await buttons.nth(i).click()
      copied.push(await page.evaluate('navigator.clipboard.readText()'))
    }
    expect(copied).toEqual([
      'ann@btinternet.com',
      ...['mail.btinternet.com', '993', 'ann@btinternet.com'],
      ...['mail.btinternet.com', '465', 'ann@btinternet.com'],
    ])
    await context.close()
  })

  async function fillForm(page: Page, protocol: string): Promise<void> {
    await page.goto(server.url)
    await page.getByLabel('Mail address').fill('ann@btinternet.com')
    await page.getByText('Options').click()
    await page.getByLabel('Your name').fill('Ann “&” <Example> 🙂')
    if (protocol === 'POP3') await page.getByLabel('On this one device only').check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(/\/setup\?/)
  }

  // The mail payload, once openssl has verified the signature up to the development root.
  function verify(file: string): unknown {
    const root = readFileSync(join(folder, 'mailprofile/development/root.pem'), 'utf8')
    const content = verifyCms(readFileSync(file), root)
    if (content === undefined) throw new Error('openssl does not accept the signature.')
    const profile = parse(content.toString()) as { PayloadContent: unknown[] }
    expect(profile.PayloadContent).toHaveLength(1)
    return profile.PayloadContent[0]
  }
})

// Whatever the page asks of others or the policy forbids.
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => {
    // A download ends the navigation that began it.
    if (!request.url().includes('/formats/')) complaints.push(request.url())
  })
  return complaints
}
