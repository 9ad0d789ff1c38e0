import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { suitePage } from '../support/chromium.js'
import { DEVICES, suiteServerOfEveryPage } from '../support/every-page.js'
import { printPage, READERS } from '../support/printed-code.js'
import { isMissing, program } from '../support/programs.js'
import { some } from '../support/runs.js'

const missing = (['chromium', 'pdftotext', 'pdftoppm', 'zbarimg'] as const).some(isMissing)
const CM = 96 / 2.54

describe.skipIf(missing)('a page on paper', () => {
  const server = suiteServerOfEveryPage()
  const page = suitePage()

  /** As it comes out of the printer of somebody whose screen is dark. */
  async function print(path: string, userAgent: string = DEVICES.iphone) {
    await page().setExtraHTTPHeaders({ 'User-Agent': userAgent })
    await page().goto(`${server().url}${path}`)
    await page().emulateMedia({ media: 'print', colorScheme: 'dark' })
    const pdf = await page().pdf({
      format: 'A4',
      margin: { top: '1cm', left: '1cm', right: '1cm' },
    })
    const text = execFileSync(program('pdftotext'), ['-', '-'], { input: pdf, encoding: 'utf8' })
    return { pdf, text: text.replace(/\s+/g, ' ') }
  }

  it.each(
    some(
      Object.entries(DEVICES).flatMap(([device, userAgent]) =>
        ['fastmail.com', 'hotmail.fr', 'gmail.com'].map((domain) => ({
          device,
          userAgent,
          domain,
        })),
      ),
      2,
    ),
  )(
    'has neither buttons nor headings of what it does not have: $domain on $device',
    async (one) => {
      const { text } = await print(`/setup?address=ann@${one.domain}`, one.userAgent)
      expect(text).toContain('Settings to type')
      for (const heading of [
        'Which app',
        'Set up',
        'After the',
        'dd the account yourself',
        'On this',
      ]) {
        expect(text).not.toContain(heading)
      }
    },
  )

  it.each(some(Object.entries(DEVICES), 2))(
    'is, for setup on %s, its code, its address, what to know and the settings',
    async (_device, userAgent) => {
      const path = '/setup?address=ann%40fastmail.com&name=Ann&protocol=imap'
      const { pdf, text } = await print(path, userAgent)
      for (const words of [
        'ann@fastmail.com',
        'Before you start',
        'The Basic plan does not let other apps in.',
        'You need an app password',
        'https://www.fastmail.help/',
        'imap.fastmail.com',
        '993',
        'SSL/TLS',
        'not STARTTLS',
        'smtp.fastmail.com',
        'your app password',
      ]) {
        expect(text).toContain(words)
      }
      expect(text.replaceAll(' ', '')).toContain(`${server().url}${path}`)
      expect(text).not.toContain('Copy')
      const dots = printPage(pdf, 'poppler', 150)
      expect(READERS['zbar']?.(dots)).toBe(`${server().url}${path}`)
      expect(await page().locator('.paper :is(svg, img)').boundingBox()).toMatchObject({
        width: expect.closeTo(3 * CM, 0) as number,
        height: expect.closeTo(3 * CM, 0) as number,
      })
      // Black on white: hardly anything between.
      const count = (isIt: (dot: number) => boolean) => dots.dots.filter(isIt).length
      expect(count((dot) => dot > 250) / dots.dots.length).toBeGreaterThan(0.9)
      expect(count((dot) => dot < 30) / count((dot) => dot < 200)).toBeGreaterThan(0.3)
    },
  )

  it('is the code of an invitation, too', async () => {
    const { path } = await server().invite()
    const { pdf } = await print(`${path}?show`)
    expect(READERS['zbar']?.(printPage(pdf, 'poppler', 150))).toBe(`${server().url}${path}`)
  })

  it.each([
    ['help', '/setup?address=ann@proton.me', 'Proton Mail has no servers for other mail apps'],
    ['where help leads to', '/setup?address=ann@proton.me', '(https://proton.me/'],
    ['an error', '/nothing', 'There is no such page.'],
    [
      'a problem of the form',
      '/setup?address=ann@nowhere.example',
      'No settings are known for nowhere.example',
    ],
    ['a root certificate', '/setup?address=ann@school.example', 'With the root certificate'],
  ])('has all of %s', async (_what, path, words) => {
    expect((await print(path)).text).toContain(words)
  })
})
