import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { PUBLIC_HOST, suiteBrowser } from '../support/chromium.js'
import { PAGES_ANYWHERE, startServerOfEveryPage } from '../support/every-page.js'
import { createOpener, firstScreenFaults } from '../support/first-screen.js'
import type { InvitedServer } from '../support/invited-server.js'
import { isMissing } from '../support/programs.js'
import { SCREENS } from '../support/screens.js'

describe.skipIf(isMissing('chromium'))('every page on every screen', () => {
  let server: InvitedServer
  beforeAll(async () => {
    server = await startServerOfEveryPage(PUBLIC_HOST)
  })
  afterAll(() => {
    server.stop()
  })
  const open = createOpener(suiteBrowser())

  it.each(LANGUAGES)(
    'shows what to do at once, and nothing in another language: $tag',
    async ({ tag }) => {
      const faults: string[] = []
      for (const screen of SCREENS) {
        for (const seen of PAGES_ANYWHERE) {
          const page = await open(server, seen, screen, tag)
          for (const fault of await firstScreenFaults(page, tag)) {
            faults.push(`${seen.name} on ${screen.name}: ${fault}`)
          }
        }
      }
      expect(faults).toEqual([])
    },
  )
})
