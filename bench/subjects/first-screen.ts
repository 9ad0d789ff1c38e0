import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core'
import { LANGUAGES } from '../../src/texts/languages.js'
import { IPHONE, PIXEL } from '../../test/support/chromium.js'
import { program } from '../../test/support/programs.js'
import { ChildServers } from '../support/child-servers.js'
import { inFolder } from '../support/in-folder.js'
import { row, type Row, type Subject } from '../support/subject.js'

// 400 kbit/s that take 400 ms there and back.
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }
/** What one round trip brings, in kilobytes. */
const LIMIT = 14
const SETUP = '/setup?address=ann@btinternet.com&name=Ann'
const PAGES: readonly (readonly [name: string, path: string, options: BrowserContextOptions])[] = [
  ['home', '/', IPHONE],
  ['iphone', SETUP, IPHONE],
  ['android', SETUP, PIXEL],
]

interface Seen {
  /** Of the bodies of the page, its style sheet and its script, as they were sent. */
  readonly bytes: number
  /** When something of it was seen first, in milliseconds from when it was asked for. */
  readonly paint: number
}

/**
 * What the first screen weighs on its way, in each language, and when it is seen on a slow line, by a browser
 * without anything of ours. Rounds are languages.
 */
export const firstScreen: Subject = {
  name: 'first-screen',
  about: 'the first screen on a slow line, in each language (Chromium)',
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const servers = new ChildServers(folder)
      const { port } = await servers.serve('ours', 'baseUrl: https://setup.example.com\n')
      const browser = await chromium.launch({
        executablePath: program('chromium'),
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      })
      try {
        const languages = isQuick ? LANGUAGES.slice(0, 3) : LANGUAGES
        const rows: Row[] = []
        for (const [name, path, options] of PAGES) {
          const seen: Seen[] = []
          for (const { tag } of languages) {
            seen.push(await look(browser, `http://127.0.0.1:${port}${path}`, options, tag))
          }
          rows.push(
            row(
              [name, `${name}, with what it waits for`],
              'kB',
              seen.map(({ bytes }) => bytes / 1000),
              {
                wanted: { of: 'most', atMost: LIMIT },
              },
            ),
            row(
              [`${name}-seen`, `${name}, until it is seen`],
              's',
              seen.map(({ paint }) => paint / 1000),
            ),
          )
        }
        return rows
      } finally {
        await browser.close()
        await servers.stop()
      }
    }),
}

async function look(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  language: string,
): Promise<Seen> {
  const context = await browser.newContext({
    ...options,
    extraHTTPHeaders: { 'Accept-Language': language },
  })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', SLOW)
  await page.goto(url, { waitUntil: 'load' })
  const seen = await page.evaluate<Seen>(`new Promise((resolve) => {
    const sent = [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource').filter(({ name }) => /\\.(?:css|js)\\b/.test(name)),
    ]
    const bytes = sent.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) {
        if (name === 'first-contentful-paint') resolve({ bytes, paint: startTime })
      }
    }).observe({ type: 'paint', buffered: true })
  })`)
  await context.close()
  return seen
}
