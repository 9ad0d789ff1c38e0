import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { program } from './programs.js'

/** A name of loopback that only this browser knows: to people it is a server anywhere. */
export const PUBLIC_HOST = 'setup.example.com'

let running: Promise<Browser> | undefined

/**
 * Debian's Chromium for a `describe` block, without anything that would talk to the outside; a test reads
 * it by calling the result, and opens pages of its own. What they have opened is closed after the block,
 * with its cookies and everything else that it kept: before the server stops whose hooks stand above.
 */
export function suiteBrowser(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    // Its start takes longer than most tests: it is one for all files of a worker, and ends with it.
    browser = await (running ??= launchChromium())
  })
  afterAll(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()))
  })
  return () => {
    if (browser === undefined) throw new Error('Only tests and hooks may ask for it.')
    return browser
  }
}

/** One page of it for all tests of the block. */
export function suitePage(options?: BrowserContextOptions): () => Page {
  const browser = suiteBrowser()
  let page: Page | undefined
  beforeAll(async () => {
    page = await browser().newPage(options)
  })
  return () => {
    if (page === undefined) throw new Error('Only tests and hooks may ask for it.')
    return page
  }
}

/**
 * One that nobody else uses.
 *
 * @param place where it finds what it calls by the public name: an address, with or without a port
 */
export function launchChromium(place = '127.0.0.1'): Promise<Browser> {
  return chromium.launch({
    executablePath: program('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${PUBLIC_HOST} ${place}`,
    ],
  })
}

/** A Pixel 8 with Chrome, as a browser context. */
export const PIXEL = {
  userAgent:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  viewport: { width: 412, height: 915 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const

/** An iPhone 15, as a browser context. */
export const IPHONE = {
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  viewport: { width: 393, height: 852 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const
