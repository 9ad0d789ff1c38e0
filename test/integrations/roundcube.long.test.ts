import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { axeFaults } from '../support/axe.js'
import { PIXEL } from '../support/chromium.js'
import { isMissing, program } from '../support/programs.js'
import { PLUGIN } from '../support/roundcube.js'
import { ANOTHER, noWebmail, OURS, SHOW, webmailTab } from '../support/webmail-tab.js'

const FILES = readdirSync(PLUGIN, { recursive: true, encoding: 'utf8' })
const SOURCES = FILES.filter((name) => /\.(?:php|inc|dist)$/.test(name)).sort()

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

describe.skipIf(noWebmail())('the plugin in Roundcube', () => {
  const tab = webmailTab()
  const { openTab, press, linkOf, said, scan, count, configure } = tab

  it('leads from the settings to a code that opens on a phone, by one call without a password', async () => {
    const before = await count()
    const page = await tab.logIn()
    await page.goto(`${tab.webmail().roundcube.url}/?_task=settings`)
    await page.getByRole('button', { name: 'On your phone' }).click()
    await page.waitForURL(/plugin\.mailprofile/)
    expect(await said()).toContain('ann@example.test')
    expect(await count()).toBe(before)

    await press(SHOW)
    const link = await linkOf()
    expect(link).toMatch(/^https:\/\/setup\.example\.com\/i\/[\w-]{22}$/)
    expect(await scan()).toBe(link)
    expect(await said()).toMatch(/The code works until \d{4}-\d\d-\d\d \d\d:\d\d\./)
    expect(await said()).not.toContain('six digits')
    const [made] = await tab.webmail().server.invitations()
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
    const settings = await tab.webmail().server.ask(`${pathname(link)}/formats/settings-sheet`)
    expect(settings.body.toString()).toContain('mail.example.test')
  })

  it('gives the same code when the page is loaded again, and another one when asked', async () => {
    const page = await openTab()
    await press(SHOW)
    const [link, before] = [await linkOf(), await count()]
    await page.reload()
    expect([await linkOf(), await count()]).toEqual([link, before])
    await press(ANOTHER)
    expect(await linkOf()).not.toBe(link)
    expect(await count()).toBe(before + 1)
  })

  it('says so when the code of a page that is loaded again has ended', async () => {
    const page = await openTab()
    await press(SHOW)
    const path = pathname(await linkOf())
    for (let download = 0; download < 5; download++) {
      const { status } = await tab.webmail().server.ask(`${path}/formats/k9-settings`)
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
    const page = await openTab()
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
    const { password } = tab.webmail().mail.mailboxes.ann
    const passwordIn = async () => {
      const answer = await tab
        .webmail()
        .server.ask(`${pathname(await linkOf())}/formats/deltachat-link`)
      return new URLSearchParams(answer.body.toString().split('?')[1]).get('p')
    }
    const page = await openTab()
    expect(await said()).toContain('does not hold your password')
    await press(SHOW)
    expect(await said()).toContain('asks for the password')
    expect(await passwordIn()).toBeNull()

    configure({ mailprofile_send_password: true })
    await page.goto(tab.url())
    expect(await said()).toContain('The password that you logged in with goes along')
    await press(SHOW)
    expect(await said()).toContain('Whoever scans this code can read your mail')
    expect(await passwordIn()).toBe(password)
  })

  it.each(['false', 'off', '0', 'no', ''])(
    'takes “%s” of the environment for no',
    async (ROUNDCUBE_MAILPROFILE_SEND_PASSWORD) => {
      configure({}, { ROUNDCUBE_MAILPROFILE_SEND_PASSWORD })
      await openTab()
      expect(await said()).toContain('does not hold your password')
    },
  )

  it('takes “true” of the environment for yes', async () => {
    configure({ mailprofile_code: false }, { ROUNDCUBE_MAILPROFILE_CODE: 'true' })
    const page = await openTab()
    await press(SHOW)
    expect(await page.locator('.mailprofile-passcode').innerText()).toMatch(/^\d{6}$/)
  })

  it('completes a name without a domain as Roundcube does', async () => {
    // He logs in as bob.
    await openTab({ person: 'bob' })
    expect(await said()).toContain('bob@example.test')
    await press(SHOW)
    expect(await scan()).toBe(await linkOf())
  })

  const nameIn = async () => {
    const path = pathname(await linkOf())
    const { body } = await tab.webmail().server.ask(`${path}/formats/k9-settings`)
    return /<identity>\s*<name>([^<]*)/.exec(body.toString())?.[1]
  }
  it.each(['Ann Example', 'می\u200Cخواهم', 'ශ්\u200Dරී ලංකා', '👩🏽\u200D💻 Ann'])(
    'gives the name that people have given themselves: %j',
    async (name) => {
      await openTab()
      tab.webmail().roundcube.call(name)
      await press(SHOW)
      expect(await nameIn()).toBe(name)
    },
  )

  it.each([
    'Ann\u200CExample',
    'Ann\u202EExample',
    'Ann\u034F',
    'ann＠example.com',
    'n'.repeat(300),
  ])(
    'leaves out a name that the server does not take, also when the page is loaded again: %#',
    async (name) => {
      const page = await openTab()
      tab.webmail().roundcube.call(name)
      await press(SHOW)
      const [link, before] = [await linkOf(), await count()]
      await page.reload()
      expect([await linkOf(), await count()]).toEqual([link, before])
      expect(await nameIn()).toBe('ann@example.test')
    },
  )

  it('takes the address of an identity only where people cannot change it', async () => {
    configure({ mailprofile_address: 'identity' })
    const page = await openTab()
    expect(await said()).toContain('something is missing in the configuration')
    configure({ mailprofile_address: 'identity', identities_level: 1 })
    await page.reload()
    await press(SHOW)
    expect(await scan()).toBe(await linkOf())
  })

  it('makes nothing for a page of somebody else, nor for whoever only looks', async () => {
    const page = await openTab()
    const before = await count()
    const attempt = await page.locator('input[name=_attempt]').getAttribute('value')
    const forms = [{}, { _attempt: attempt ?? '' }, { _attempt: attempt ?? '', _token: 'guessed' }]
    for (const form of forms) {
      const answer = await page.request.post(tab.url(), { form })
      expect(await answer.text()).not.toContain('mailprofile-link')
    }
    const looked = await page.request.get(`${tab.url()}&_attempt=${attempt ?? ''}`)
    expect(await looked.text()).not.toContain('mailprofile-link')
    expect(await count()).toBe(before)
  })

  it('gives nobody the code of somebody else, whatever they post', async () => {
    const page = await openTab()
    await press(SHOW)
    const posted = async (name: string) =>
      (await page.locator(`input[name=${name}]`).first().getAttribute('value')) ?? ''
    const attempt = await posted('_attempt')
    await press(ANOTHER)
    const link = await linkOf()
    const other = await openTab({ person: 'bob' })
    await other
      .locator('input[name=_attempt]')
      .evaluate(`(field) => { field.value = '${attempt}' }`)
    await press(SHOW)
    expect(await linkOf()).toBeTruthy()
    expect(await linkOf()).not.toBe(link)
  })

  const SPOKEN = [
    ['de_DE', 'Code zeigen', 'Der Code gilt bis'],
    ['ar', 'إظهار الرمز', 'الرمز صالح حتى'],
    ['zh_CN', '显示二维码', '二维码有效期至'],
    // Nobody has translated it: English.
    ['fi_FI', SHOW, 'The code works until'],
  ] as const
  it.each(SPOKEN)('speaks the language of the webmail: %s', async (language, button, sentence) => {
    tab.webmail().roundcube.speak(language)
    await openTab()
    await press(button)
    expect(await said()).toContain(sentence)
    expect(await scan()).toBe(await linkOf())
    tab.webmail().roundcube.speak('en_US')
  })

  const SCREENS = [
    ['desktop', { viewport: { width: 1280, height: 720 } }],
    ['phone', PIXEL],
    ['the narrowest phone', { ...PIXEL, viewport: { width: 320, height: 568 } }],
  ] as const
  it.each(SCREENS)('fits the screen, in the light and in the dark: %s', async (_name, screen) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const mailprofile_send_password of [true, false]) {
        configure({ mailprofile_code: true, mailprofile_send_password })
        const page = await openTab({ ...screen, colorScheme })
        await press(SHOW)
        expect(await page.evaluate(IS_TOO_WIDE)).toEqual([])
        expect(await scan()).toBe(await linkOf())
        expect(await axeFaults(page, OURS)).toEqual([])
      }
    }
  })
})
