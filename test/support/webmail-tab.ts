import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { noMailServers } from './mail-servers.js'
import { isMissing } from './programs.js'
import { noRoundcube, type Roundcube } from './roundcube.js'
import { startWebmail, type Webmail } from './webmail.js'
import { readQrCode } from './zbar.js'

export const SHOW = 'Show the code'
export const ANOTHER = 'Make another code'

/** For `axeFaults`. The colours of the buttons are Elastic's own, as they are on all its pages. */
export const OURS = { include: ['.mailprofile-page'], exclude: ['.mailprofile-page .btn'] }

const ACTION = '/?_task=settings&_action=plugin.mailprofile'

/** Whether tests with it have to be skipped; with REQUIRE_ALL=1 that is an error. */
export function noWebmail(): boolean {
  const missing = [noRoundcube(), noMailServers(), isMissing('chromium'), isMissing('zbarimg')]
  return missing.includes(true)
}

/** Who looks at the tab: one person at a time, each with cookies of their own. */
export interface LookOptions extends BrowserContextOptions {
  readonly person?: 'ann' | 'bob'
}

/** The plugin's tab, for a `describe` block. */
export interface WebmailTab {
  readonly webmail: () => Webmail
  /** The address of the tab. */
  readonly url: () => string
  /** What the plugin is told until the test ends. */
  readonly configure: Roundcube['configure']
  /** How many invitations there are. */
  readonly count: () => Promise<number>
  readonly logIn: (options?: LookOptions) => Promise<Page>
  /** Logs in and goes to the tab. */
  readonly openTab: (options?: LookOptions) => Promise<Page>
  /** Presses a button of whoever looked last, and waits for the page that answers; so do all that follow. */
  readonly press: (name: string | RegExp) => Promise<void>
  readonly linkOf: () => Promise<string | null>
  /** All text of the tab. */
  readonly said: () => Promise<string>
  /** Where the code leads that is to be seen. */
  readonly scan: () => Promise<string>
}

/** Starts all of it for a `describe` block, and ends it. */
export function webmailTab(): WebmailTab {
  let running: Webmail | undefined
  let last: Page | undefined
  let folder = ''

  const webmail = () => running ?? fail()
  const page = () => last ?? fail()
  const url = () => `${webmail().roundcube.url}${ACTION}`
  const configure: Roundcube['configure'] = (values, environment) => {
    webmail().roundcube.configure({ ...webmail().values, ...values }, environment)
  }
  const logIn = async ({ person = 'ann', ...options }: LookOptions = {}) =>
    (last = await webmail().logIn(webmail().mail.mailboxes[person], options))

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailprofile-webmail-'))
    running = await startWebmail(folder)
  })
  beforeEach(() => {
    configure({})
  })
  afterEach(async () => {
    await Promise.all(
      webmail()
        .browser.contexts()
        .map((context) => context.close()),
    )
  })
  afterAll(async () => {
    await running?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    webmail,
    url,
    configure,
    logIn,
    count: async () => (await webmail().server.invitations()).length,
    async openTab(options) {
      await logIn(options)
      await page().goto(url())
      return page()
    },
    async press(name) {
      // Elastic lays a page out when all of it is there: until then a phone's is too wide.
      const isThere = page().waitForEvent('load')
      // It also puts an icon of its font before some names.
      await page().getByRole('button', { name }).click()
      await isThere
    },
    linkOf: () => page().locator('a.mailprofile-link').getAttribute('href'),
    said: () => page().locator('.mailprofile-page').innerText(),
    async scan() {
      const picture = page().locator('img.mailprofile-picture')
      await picture.scrollIntoViewIfNeeded()
      return readQrCode(await picture.screenshot())
    },
  }
}

function fail(): never {
  throw new Error(
    'Only tests and hooks may ask for it, and for a page once somebody has logged in.',
  )
}
