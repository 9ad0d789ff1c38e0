import { describe, expect, it } from 'vitest'
import { suitePage } from '../support/chromium.js'
import { EVERY_PAGE, suiteServerOfEveryPage } from '../support/every-page.js'
import { faultsAt, openUnfolded } from '../support/measured-page.js'
import { isMissing } from '../support/programs.js'

const WIDTHS = [320, 360, 390, 412, 600, 640, 768, 1024, 1280, 1920]
// A5, letter and A4 between their margins, and paper across.
const PAPERS = [480, 718, 740, 1046]

describe.skipIf(isMissing('chromium')).each(['light', 'dark'] as const)(
  'every page, at every width and on paper, %s',
  (colorScheme) => {
    const server = suiteServerOfEveryPage()
    const page = suitePage()

    it.each(EVERY_PAGE)('has its words whole and apart: $name', async (seen) => {
      await page().emulateMedia({ media: 'screen', colorScheme })
      await openUnfolded(page(), server(), seen)
      const faults: string[] = []
      for (const width of WIDTHS) faults.push(...(await faultsAt(page(), width)))
      await page().emulateMedia({ media: 'print', colorScheme })
      for (const width of PAPERS) {
        faults.push(...(await faultsAt(page(), width)).map((fault) => `on paper, ${fault}`))
      }
      expect(faults).toEqual([])
    })
  },
)
