import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { PAGES_ANYWHERE, startServerOfEveryPage } from '../support/every-page.js'
import { countWords, createOpener, firstScreenFaults } from '../support/first-screen.js'
import type { InvitedServer } from '../support/invited-server.js'
import { isMissing } from '../support/programs.js'
import { SCREENS } from '../support/screens.js'

// One of each kind, every one on every screen, in each language in turn; all of each with all of the others:
// first-screen.long.test.ts.
const PAGES: readonly string[] = [
  'setup',
  'setup, with an app password, calendar and contacts',
  'home, a misspelt domain',
  'confirm',
  'invitation with a code',
  'invitation, opened',
]
const seen = PAGES_ANYWHERE.filter(({ name }) => PAGES.includes(name))
const cases = SCREENS.flatMap((screen, row) =>
  seen.map((page, column) => {
    // Six pages a row: each screen begins with other languages than the one before.
    const language = LANGUAGES[(row * seen.length + column) % LANGUAGES.length]
    return { screen, page, tag: language?.tag ?? 'en' }
  }),
)

describe.skipIf(isMissing('chromium'))('a page as it first appears', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startServerOfEveryPage(PUBLIC_HOST)
  })
  afterAll(() => {
    server.stop()
  })
  const open = createOpener(suiteBrowser())

  it('is of every kind, on every screen, in every language', () => {
    expect(seen).toHaveLength(PAGES.length)
    expect(new Set(cases.map(({ tag }) => tag)).size).toBe(LANGUAGES.length)
  })

  it.each(SCREENS)('shows what to do at once, on: $name', async ({ name }) => {
    const faults: string[] = []
    for (const { screen, page, tag } of cases.filter(({ screen }) => screen.name === name)) {
      const opened = await open(server, page, screen, tag)
      for (const fault of await firstScreenFaults(opened, tag)) {
        faults.push(`${page.name} in ${tag}: ${fault}`)
      }
    }
    expect(faults).toEqual([])
  })

  it('is counted in words as each language has them', () => {
    expect(countWords('Set up ann@example.com on this iPhone', 'en')).toBe(6)
    expect(countWords('Example Mail did not choose mail.example.net.', 'en')).toBe(5)
    expect(countWords('Ihre E-Mail-Adresse', 'de')).toBe(2)
    expect(countWords('このページは尋ねません', 'ja')).toBeGreaterThan(3)
  })
})
