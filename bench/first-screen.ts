import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core'
import { LANGUAGES } from '../src/texts/languages.js'
import { IPHONE, PIXEL } from '../test/support/chromium.js'
import { program } from '../test/support/programs.js'
import { median } from './median.js'

// What the first screen weighs on its way, in each language, and when it is seen on a slow line: as a
// browser without anything of ours gets it over 400 kbit/s that take 400 ms there and back.

const RUNS = 3
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }
const BIN = fileURLToPath(new URL('../dist/bin/mailprofile.js', import.meta.url))
const SETUP = '/setup?address=ann@btinternet.com&name=Ann'
const PAGES: readonly (readonly [name: string, path: string, options: BrowserContextOptions])[] = [
  ['home', '/', IPHONE],
  ['iPhone', SETUP, IPHONE],
  ['Android', SETUP, PIXEL],
]

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
const url = `http://127.0.0.1:${18_000 + (process.pid % 1000)}`

interface Seen {
  /** Of the bodies of the page, its style sheet and its script, as they were sent. */
  readonly bytes: number
  /** When something of it was seen first, in milliseconds from when it was asked for. */
  readonly paint: number
}

async function look(
  browser: Browser,
  path: string,
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
  await page.goto(`${url}${path}`, { waitUntil: 'load' })
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

const server = spawn(process.execPath, [BIN, 'serve', '--port', new URL(url).port], {
  cwd: folder,
  env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder },
  stdio: 'ignore',
})
const ended = new Promise((resolve) => server.once('exit', resolve))
const browser = await chromium.launch({
  executablePath: program('chromium'),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
try {
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const columns = PAGES.flatMap(([name]) => [`${name}, bytes`, 'ms'])
  console.log(['language', ...columns].join('\t'))
  for (const { tag } of LANGUAGES) {
    const row: (string | number)[] = [tag]
    for (const [, path, options] of PAGES) {
      const seen: Seen[] = []
      for (let run = 0; run < RUNS; run++) seen.push(await look(browser, path, options, tag))
      row.push(median(seen.map(({ bytes }) => bytes)))
      row.push(Math.round(median(seen.map(({ paint }) => paint))))
    }
    console.log(row.join('\t'))
  }
} finally {
  await browser.close()
  server.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}
