import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { suiteServerOfEveryPage } from '../support/every-page.js'
import { EVERY_VISIT } from '../support/matrix.js'
import { createOpener } from '../support/opener.js'
import { pageFaults } from '../support/page-faults.js'
import { isMissing } from '../support/programs.js'
import { SCREENS } from '../support/screens.js'

const ROWS = LANGUAGES.flatMap(({ tag }) => SCREENS.map(({ name }) => ({ tag, name })))

describe.skipIf(isMissing('chromium'))('every page', () => {
  const server = suiteServerOfEveryPage(PUBLIC_HOST)
  const open = createOpener(suiteBrowser())

  it.each(ROWS)('is whole, in $tag on: $name', async ({ tag, name }) => {
    const faults: string[] = []
    for (const { seen, screen } of EVERY_VISIT.filter(
      (visit) => visit.tag === tag && visit.screen.name === name,
    )) {
      const page = await open(server(), seen, screen, tag)
      faults.push(...(await pageFaults(page, tag)).map((fault) => `${seen.name}: ${fault}`))
    }
    expect(faults).toEqual([])
  })
})
