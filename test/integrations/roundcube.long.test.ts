import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { axeFaults } from '../support/axe.js'
import { PIXEL } from '../support/chromium.js'
import { noMailServers } from '../support/mail-servers.js'
import { isMissing, program } from '../support/programs.js'
import { noRoundcube, PLUGIN, type PhpValues } from '../support/roundcube.js'
import { startWebmail, type Webmail } from '../support/webmail.js'
import { readQrCode } from '../support/zbar.js'

const FILES = readdirSync(PLUGIN, { recursive: true, encoding: 'utf8' })
const SOURCES = FILES.filter((name) => /\.(?:php|inc|dist)$/.test(name)).sort()

const SHOW = 'Show the code'
const ANOTHER = 'Make another code'
const ACTION = '/?_task=settings&_action=plugin.mailprofile'

describe.skipIf(isMissing('php'))("the plugin's files", () => {
  it.each(SOURCES)('%s is PHP', (name) => {
    const said = execFileSync(program('php'), ['-l', join(PLUGIN, name)], { encoding: 'utf8' })
    expect(said).toContain('No syntax errors')
  })

  /** The texts of a language, as PHP reads them. */
  function textsOf(name: string): Readonly<Record<string, string>> {
    const code = '$labels = []; require $argv[1]; echo json_encode($labels);'
    const argv = ['-r', code, join(PLUGIN, 'localization', name)]
    const said = execFileSync(program('php'), argv, { encoding: 'utf8' })
    return JSON.parse(said) as Record<string, string>
  }
  const variablesIn = (text: string | undefined) => (text?.match(/\$[a-z]+/g) ?? []).sort()

  const english = textsOf('en_US.inc')
  const languages = readdirSync(join(PLUGIN, 'localization'))

  it('speak every language that the pages speak', () => {
    const spoken = languages.map(
      (name) => new Intl.Locale(name.slice(0, -4).replace('_', '-')).language,
    )
    for (const { tag } of LANGUAGES) expect(spoken).toContain(new Intl.Locale(tag).language)
  })

  it.each(languages)('%s says everything, with the same variables', (name) => {
    const texts = textsOf(name)
    expect(Object.keys(texts)).toEqual(Object.keys(english))
    for (const [key, text] of Object.entries(english)) {
      expect([key, variablesIn(texts[key])]).toEqual([key, variablesIn(text)])
    }
  })

  it('say nothing that the code does not, and the code nothing else', () => {
    const code = SOURCES.filter((name) => name.endsWith('.php'))
      .map((name) => readFileSync(join(PLUGIN, name), 'utf8'))
      .join('\n')
    for (const key of Object.keys(english)) expect(code).toContain(`'${key}'`)
    const said = [...code.matchAll(/(?:say\(|note\(|button\(|refusal\()'([a-z]+)'/g)]
    for (const [, key] of said) expect(Object.keys(english)).toContain(key)
  })
})

/** Run inside a page: what of the plugin's stands out at a side. */
const IS_TOO_WIDE = `[...document.querySelectorAll('.mailprofile-page *')]
  .filter((one) => {
    const { left, right } = one.getBoundingClientRect()
    return left < 0 || right > document.documentElement.clientWidth + 0.5
  })
  .map((one) => one.outerHTML)`

const pathname = (link: string | null) => new URL(link ?? '').pathname

const isSkipped = [noRoundcube(), noMailServers(), isMissing('chromium'), isMissing('zbarimg')]

describe.skipIf(isSkipped.includes(true))('the plugin in Roundcube', () => {
  let webmail: Webmail
  let page: Page
  const folder = mkdtempSync(join(tmpdir(), 'mailprofile-webmail-'))

  beforeAll(async () => {
    webmail = await startWebmail(folder)
  })
  afterAll(async () => {
    await webmail.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => configure({}))
  afterEach(async () => {
    await Promise.all(webmail.browser.contexts().map((context) => context.close()))
  })

  const configure = (values: PhpValues) =>
    webmail.roundcube.configure({ ...webmail.values, ...values })
  const count = async () => (await webmail.server.invitations()).length

  /** Goes to the tab as somebody who has just logged in. */
  async function openTab(options = {}): Promise<Page> {
    page = await webmail.logIn(webmail.mail.mailboxes.ann, options)
    await page.goto(`${webmail.roundcube.url}${ACTION}`)
    return page
  }
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const linkOf = () => page.locator('a.mailprofile-link').getAttribute('href')
  const said = () => page.locator('.mailprofile-page').innerText()

  /** Where the code leads that is to be seen. */
  async function scan(): Promise<string> {
    const picture = page.locator('img.mailprofile-picture')
    await picture.scrollIntoViewIfNeeded()
    return readQrCode(await picture.screenshot())
  }

  it('leads from the settings to a code that opens on a phone, by one call without a password', async () => {
    const before = await count()
    page = await webmail.logIn(webmail.mail.mailboxes.ann)
    await page.goto(`${webmail.roundcube.url}/?_task=settings`)
    await page.getByRole('button', { name: 'On your phone' }).click()
    await page.waitForURL(/plugin\.mailprofile/)
    expect(await said()).toContain('ann@example.test')
    expect(await count()).toBe(before)

    await press(SHOW)
    const link = await linkOf()
    expect(link).toMatch(/^https:\/\/setup\.example\.com\/i\/[\w-]{22}$/)
    expect(await scan()).toBe(link)
    expect(await said()).toMatch(/The code works until Today \d\d:\d\d\./)
    expect(await said()).not.toContain('six digits')
    const [made] = await webmail.server.invitations()
    expect([await count(), made?.['maker'], made?.['reference']]).toEqual([
      before + 1,
      'webmail',
      'webmail',
    ])

    const [phone] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Set up this device' }).click(),
    ])
    await phone.waitForLoadState()
    expect(phone.url()).toBe(link)
    expect(await phone.locator('h1').innerText()).toBeTruthy()
    expect(await phone.evaluate('document.referrer')).toBe('')
    await phone.locator('form button').first().click()
    await phone.waitForURL(/\?show/)
    const settings = await webmail.server.ask(`${pathname(link)}/formats/settings-sheet`)
    expect(settings.body.toString()).toContain('mail.example.test')
  })

  it('gives the same code when the page is loaded again, and another one when asked', async () => {
    await openTab()
    await press(SHOW)
    const [link, before] = [await linkOf(), await count()]
    await page.reload()
    expect([await linkOf(), await count()]).toEqual([link, before])
    await press(ANOTHER)
    expect(await linkOf()).not.toBe(link)
    expect(await count()).toBe(before + 1)
  })

  it('says so when the code of a page that is loaded again has ended', async () => {
    await openTab()
    await press(SHOW)
    const path = pathname(await linkOf())
    for (let download = 0; download < 5; download++) {
      const { status } = await webmail.server.ask(`${path}/formats/k9-settings`)
      expect(status).toBe(200)
    }
    await page.reload()
    expect(await said()).toContain('has been used, or has expired')
    expect(await page.locator('img.mailprofile-picture').count()).toBe(0)
    await press(ANOTHER)
    expect(await scan()).toBe(await linkOf())
  })

  it('shows six digits where the operator wants them, which the page asks for', async () => {
    configure({ mailprofile_code: true })
    await openTab()
    await press(SHOW)
    const passcode = await page.locator('.mailprofile-passcode').innerText()
    expect(passcode).toMatch(/^\d{6}$/)
    const phone = await page.context().newPage()
    await phone.goto((await linkOf()) ?? '')
    await phone.locator('input[name=code]').fill(passcode)
    await phone.locator('form button').first().click()
    await phone.waitForURL(/\?show/)
  })

  it('puts the password in only where the operator wants that', async () => {
    const { password } = webmail.mail.mailboxes.ann
    const passwordIn = async () => {
      const answer = await webmail.server.ask(`${pathname(await linkOf())}/formats/deltachat-link`)
      return new URLSearchParams(answer.body.toString().split('?')[1]).get('p')
    }
    await openTab()
    expect(await said()).toContain('does not hold your password')
    await press(SHOW)
    expect(await said()).toContain('asks for the password')
    expect(await passwordIn()).toBeNull()

    configure({ mailprofile_send_password: true })
    await page.goto(`${webmail.roundcube.url}${ACTION}`)
    expect(await said()).toContain('The password that you logged in with goes along')
    await press(SHOW)
    expect(await said()).toContain('Whoever scans this code can read your mail')
    expect(await passwordIn()).toBe(password)
  })

  it('completes a name without a domain as Roundcube does', async () => {
    page = await webmail.logIn(webmail.mail.mailboxes.bob, {}, 'bob')
    await page.goto(`${webmail.roundcube.url}${ACTION}`)
    expect(await said()).toContain('bob@example.test')
    await press(SHOW)
    expect(await scan()).toBe(await linkOf())
  })

  it('takes the address of an identity only where people cannot change it', async () => {
    configure({ mailprofile_address: 'identity' })
    await openTab()
    expect(await said()).toContain('something is missing in the configuration')
    configure({ mailprofile_address: 'identity', identities_level: 1 })
    await page.reload()
    await press(SHOW)
    expect(await scan()).toBe(await linkOf())
  })

  const TROUBLES: readonly (readonly [string, PhpValues, said: string, logged: string])[] = [
    [
      'no address',
      { mailprofile_url: '' },
      'missing in the configuration',
      'is no address with https',
    ],
    [
      'an address that the key would go to in clear',
      { mailprofile_url: 'http://setup.example.com' },
      'missing in the configuration',
      'is no address with https',
    ],
    [
      'no key',
      { mailprofile_key: '' },
      'missing in the configuration',
      'mailprofile_key is missing',
    ],
    [
      'a wrong key',
      { mailprofile_key: 'mp_wrong' },
      'missing in the configuration',
      'the server answered 401, unauthorized',
    ],
    [
      'a certificate of an authority that it does not know',
      { mailprofile_ca: null },
      'does not answer',
      'its certificate was not accepted',
    ],
    [
      'a server that is not there',
      { mailprofile_url: 'https://localhost:9' },
      'does not answer',
      'no answer from the server (ConnectException)',
    ],
    [
      'a value that the server does not take',
      { mailprofile_expires: 1000 },
      'missing in the configuration',
      'the server answered 400, invalid_request',
    ],
  ]
  it.each(TROUBLES)(
    'tells of %s in a sentence, and the operator in the log',
    async (_name, values, sentence, logged) => {
      configure(values)
      await openTab()
      const before = webmail.roundcube.logs().length
      await press(SHOW)
      expect(await page.getByRole('alert').innerText()).toContain(sentence)
      expect(webmail.roundcube.logs().slice(before)).toContain(`mailprofile: ${logged}`)
      configure({})
      await press('Try again')
      expect(await scan()).toBe(await linkOf())
    },
  )

  it('tells people of a domain that the key is not for', async () => {
    page = await webmail.logIn(webmail.mail.mailboxes.bob, {}, 'bob')
    const before = await count()
    configure({ mail_domain: 'other.test' })
    await page.goto(`${webmail.roundcube.url}${ACTION}`)
    await press(SHOW)
    expect(await page.getByRole('alert').count()).toBe(1)
    configure({ mail_domain: 'nobody-knows.test' })
    await page.goto(`${webmail.roundcube.url}${ACTION}`)
    await press(SHOW)
    expect(await page.getByRole('alert').count()).toBe(1)
    expect(await count()).toBe(before)
  })

  it('makes nothing for a page of somebody else, nor for whoever only looks', async () => {
    await openTab()
    const before = await count()
    const attempt = await page.locator('input[name=_attempt]').getAttribute('value')
    const url = `${webmail.roundcube.url}${ACTION}`
    const forms = [{}, { _attempt: attempt ?? '' }, { _attempt: attempt ?? '', _token: 'guessed' }]
    for (const form of forms) {
      const answer = await page.request.post(url, { form })
      expect(await answer.text()).not.toContain('mailprofile-link')
    }
    const looked = await page.request.get(`${url}&_attempt=${attempt ?? ''}`)
    expect(await looked.text()).not.toContain('mailprofile-link')
    expect(await count()).toBe(before)
  })

  it('gives nobody the code of somebody else, whatever they post', async () => {
    await openTab()
    await press(SHOW)
    const posted = async (name: string) =>
      (await page.locator(`input[name=${name}]`).first().getAttribute('value')) ?? ''
    const attempt = await posted('_attempt')
    await press(ANOTHER)
    const link = await linkOf()
    page = await webmail.logIn(webmail.mail.mailboxes.bob)
    await page.goto(`${webmail.roundcube.url}${ACTION}`)
    await page.locator('input[name=_attempt]').evaluate(`(field) => { field.value = '${attempt}' }`)
    await press(SHOW)
    expect(await linkOf()).toBeTruthy()
    expect(await linkOf()).not.toBe(link)
  })

  it('shows the link alone where the picture does not come', async () => {
    await openTab()
    await press(SHOW)
    const picture = page.locator('img.mailprofile-picture')
    // A browser asks nobody for it.
    expect(await picture.getAttribute('src')).toMatch(/^data:image\/svg\+xml;base64,/)
  })

  it('logs neither keys nor links, addresses or passwords', () => {
    const logs = webmail.roundcube.logs() + webmail.server.lines.join('\n')
    expect(logs).toContain('mailprofile: ')
    expect(logs).not.toContain(webmail.server.key)
    expect(logs).not.toContain('/i/0')
    expect(logs).not.toMatch(/\/i\/[\w-]{22}/)
    for (const { address, password } of Object.values(webmail.mail.mailboxes)) {
      expect(logs).not.toContain(address)
      expect(logs).not.toContain(password)
    }
  })

  const SPOKEN = [
    ['de-DE', 'Code zeigen', 'Der Code gilt bis'],
    ['ar', 'إظهار الرمز', 'الرمز صالح حتى'],
    ['zh-CN', '显示二维码', '二维码有效期至'],
    // Nobody has translated it: English.
    ['fi-FI', SHOW, 'The code works until'],
  ] as const
  it.each(SPOKEN)('speaks the language of the webmail: %s', async (locale, button, sentence) => {
    await openTab({ locale })
    await press(button)
    expect(await said()).toContain(sentence)
    expect(await scan()).toBe(await linkOf())
  })

  const SCREENS = [
    ['desktop', { viewport: { width: 1280, height: 720 } }],
    ['phone', PIXEL],
    ['the narrowest phone', { ...PIXEL, viewport: { width: 320, height: 568 } }],
  ] as const
  it.each(SCREENS)('fits the screen, in the light and in the dark: %s', async (_name, screen) => {
    configure({ mailprofile_code: true, mailprofile_send_password: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await openTab({ ...screen, colorScheme })
      await press(SHOW)
      expect(await page.evaluate(IS_TOO_WIDE)).toEqual([])
      expect(await scan()).toBe(await linkOf())
      expect(await axeFaults(page, '.mailprofile-page')).toEqual([])
    }
  })
})
