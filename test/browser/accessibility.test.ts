import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { axeFaults } from '../support/axe.js'
import { PIXEL, PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { PAGES_ANYWHERE, suiteServerOfEveryPage } from '../support/every-page.js'
import { unfold } from '../support/measured-page.js'
import { createOpener } from '../support/opener.js'
import { isMissing } from '../support/programs.js'
import { some } from '../support/runs.js'
import { SCREENS } from '../support/screens.js'

// One of each kind; every page in both schemes, folded and not: accessibility.long.test.ts.
const PAGES: readonly string[] = [
  'home, a misspelt domain',
  'setup',
  'confirm',
  'invitation with a code',
  'invitation, spent',
]
const SEEN = PAGES_ANYWHERE.filter(({ name }) => PAGES.includes(name))
const [SMALLEST] = SCREENS

describe.skipIf(isMissing('chromium'))('a page for whoever sees or moves otherwise', () => {
  const server = suiteServerOfEveryPage(PUBLIC_HOST)
  const browser = suiteBrowser()

  async function openSetup(options: BrowserContextOptions): Promise<Page> {
    const page = await browser().newPage(options)
    await page.goto(`${server().url}/setup?address=ann@btinternet.com&name=Ann`)
    return page
  }

  it.each([
    ['light', 320],
    ['dark', 1280],
  ] as const)('has nothing against WCAG 2.2 AA, %s, %i px', async (colorScheme, width) => {
    const open = createOpener(browser)
    const screen = {
      name: colorScheme,
      options: { ...SMALLEST?.options, colorScheme, viewport: { width, height: 700 } },
    }
    const faults: string[] = []
    for (const seen of SEEN) {
      const page = await open(server(), seen, screen, colorScheme === 'light' ? 'ar' : 'en')
      await unfold(page)
      faults.push(...(await axeFaults(page)).map((fault) => `${seen.name}: ${fault}`))
    }
    expect(SEEN).toHaveLength(PAGES.length)
    expect(faults).toEqual([])
  })

  it('is looked at: axe finds what is wrong', async () => {
    const page = await openSetup({})
    await page.evaluate(
      "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p lang=\"xx-\">x</p>')",
    )
    expect((await axeFaults(page)).map((fault) => fault.split(' ')[0])).toContain('label')
    await page.close()
  })

  it.each(some(SCREENS, 3))(
    'is gone through by Tab from above, what to do first: $name',
    async (screen) => {
      const page = await openSetup(screen.options)
      const stops = await page.evaluate<string[]>(`
      [...document.querySelectorAll('a[href], button, input, summary')]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .map((element, index) => {
          element.dataset.stop = index
          return String(index)
        })`)
      const reached: string[] = []
      const unseen: string[] = []
      const kinds: string[] = []
      for (const stop of stops) {
        await page.keyboard.press('Tab')
        const [at, outline, kind] = await page.evaluate<string[]>(`(() => {
        const { activeElement: element } = document
        const place = element.matches('.top a') ? 'top'
          : element.matches('main .button, main .apps > details > summary') ? 'action'
          : element.matches('.folds summary') ? 'fold' : 'other'
        return [element.dataset.stop ?? '', getComputedStyle(element).outlineStyle, place]
      })()`)
        reached.push(at ?? '')
        kinds.push(kind ?? '')
        if (outline === 'none') unseen.push(stop)
      }
      expect(reached).toEqual(stops)
      expect(unseen).toEqual([])
      expect(kinds[0]).toBe('top')
      const first = kinds.findIndex((kind) => kind === 'action')
      expect(first).toBeGreaterThan(0)
      expect(first).toBeLessThan(kinds.indexOf('fold'))
      await page.close()
    },
  )

  it('gives the profile to whoever has a keyboard alone', async () => {
    const page = await openSetup(SCREENS.find(({ name }) => name === 'Mac')?.options ?? {})
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.keyboard.press('Enter'),
    ])
    expect(download.suggestedFilename()).toBe('ann-btinternet.com.mobileconfig')
    await page.close()
  })

  it('opens an app by the keyboard, and closes the one before', async () => {
    const page = await openSetup(PIXEL)
    await page.locator('#app-samsung > summary').focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('.app[open]').getAttribute('id')).toBe('app-samsung')
    await page.close()
  })

  it('does not move for whoever wants no motion', async () => {
    const page = await openSetup({ ...PIXEL, reducedMotion: 'reduce' })
    await unfold(page)
    const moving = await page.evaluate<unknown[]>(`[...document.querySelectorAll('*')]
      .map((element) => getComputedStyle(element))
      .filter((style) => style.animationName !== 'none' || style.transitionDuration !== '0s'
        || style.scrollBehavior !== 'auto')`)
    expect(moving).toEqual([])
    await page.close()
  })
})
