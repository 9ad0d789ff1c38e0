import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from '../support/axe.js'
import { PUBLIC_HOST, suitePage } from '../support/chromium.js'
import { DEVICES, EVERY_PAGE, startServerOfEveryPage } from '../support/every-page.js'
import type { InvitedServer } from '../support/invited-server.js'
import { faultsAt, unfold } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'

const WIDTHS = [320, 1280]
// Whatever its letters and its direction.
const LANGUAGES = ['en', 'de', 'ar', 'ja']

describe.skipIf(isMissing('chromium')).each(['light', 'dark'] as const)(
  'every page to axe, %s',
  (colorScheme) => {
    let server: InvitedServer
    beforeAll(async () => {
      server = await startServerOfEveryPage(PUBLIC_HOST)
    })
    afterAll(() => {
      server.stop()
    })
    const page = suitePage({ colorScheme })

    it.each(EVERY_PAGE)('has nothing against WCAG 2.2 AA: $name', async (seen) => {
      const faults: string[] = []
      for (const language of LANGUAGES) {
        await page().setExtraHTTPHeaders({
          'User-Agent': seen.userAgent ?? DEVICES.other,
          'Accept-Language': language,
        })
        await page().goto(`${server.url}${await seen.path(server)}`)
        await seen.then?.(page())
        await page().locator(seen.is).first().waitFor({ state: 'attached' })
        for (const folded of [true, false]) {
          if (!folded) await unfold(page())
          for (const width of WIDTHS) {
            await page().setViewportSize({ width, height: 760 })
            const where = `${language}, ${width} px, ${folded ? 'folded' : 'unfolded'}`
            faults.push(...(await axeFaults(page())).map((fault) => `${where}: ${fault}`))
          }
        }
      }
      expect(faults).toEqual([])
    })

    it.each(EVERY_PAGE)('can be read twice as large: $name', async (seen) => {
      const faults: string[] = []
      for (const language of LANGUAGES) {
        await page().setExtraHTTPHeaders({
          'User-Agent': seen.userAgent ?? DEVICES.other,
          'Accept-Language': language,
        })
        await page().goto(`${server.url}${await seen.path(server)}`)
        await seen.then?.(page())
        await unfold(page())
        await page().evaluate("document.documentElement.style.fontSize = '200%'")
        for (const width of WIDTHS) {
          faults.push(...(await faultsAt(page(), width)).map((fault) => `${language}: ${fault}`))
        }
      }
      expect(faults).toEqual([])
    })
  },
)
