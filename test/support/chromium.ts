import { chromium, type Browser } from 'playwright-core'
import { program } from './programs.js'

/** A name of loopback that only this browser knows: to people it is a server anywhere. */
export const PUBLIC_HOST = 'setup.example.com'

let running: Promise<Browser> | undefined

/**
 * Debian's Chromium, without anything that would talk to the outside. Its start takes longer than most
 * tests, so it is one for all files of a worker and ends with it; a test opens pages of its own.
 */
export function sharedChromium(): Promise<Browser> {
  return (running ??= launchChromium())
}

/** Closes what a file of tests has opened, with its cookies and everything else that it kept. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()))
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
