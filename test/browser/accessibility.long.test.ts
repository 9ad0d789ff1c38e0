import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { axeFaults } from '../support/axe.js'
import { PUBLIC_HOST, suitePage } from '../support/chromium.js'
import { DEVICES, EVERY_PAGE, suiteServerOfEveryPage } from '../support/every-page.js'
import { unfold } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'

const STATES = [
  { width: 320, folded: true },
  { width: 1280, folded: false },
  { width: 1280, folded: true },
  { width: 320, folded: false },
] as const

describe.skipIf(isMissing('chromium')).each(['light', 'dark'] as const)(
  'every page to axe, %s',
  (colorScheme) => {
    const server = suiteServerOfEveryPage(PUBLIC_HOST)
    const page = suitePage({ colorScheme })

    it.each(EVERY_PAGE.map((seen, place) => ({ ...seen, place })))(
      'has nothing against WCAG 2.2 AA: $name',
      async ({ place, ...seen }) => {
        const faults: string[] = []
        // Colours are the same in all languages: in the dark each page is met in each state once.
        const rotated = [...LANGUAGES.slice(place % LANGUAGES.length), ...LANGUAGES]
        const languages = rotated.slice(
          0,
          colorScheme === 'dark' ? STATES.length : LANGUAGES.length,
        )
        for (const [index, { tag }] of languages.entries()) {
          await page().setExtraHTTPHeaders({
            'User-Agent': seen.userAgent ?? DEVICES.other,
            'Accept-Language': tag,
          })
          await page().goto(`${server().url}${await seen.path(server())}`)
          await seen.then?.(page())
          await page().locator(seen.is).first().waitFor({ state: 'attached' })
          // In the light in each language once, the states in turn.
          const { width = 320, folded = true } = STATES[index % STATES.length] ?? {}
          if (!folded) await unfold(page())
          await page().setViewportSize({ width, height: 760 })
          const where = `${tag}, ${width} px, ${folded ? 'folded' : 'unfolded'}`
          faults.push(...(await axeFaults(page())).map((fault) => `${where}: ${fault}`))
        }
        expect(faults).toEqual([])
      },
    )
  },
)
