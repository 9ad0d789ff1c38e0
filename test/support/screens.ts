import type { BrowserContextOptions, ViewportSize } from 'playwright-core'
import { IPHONE, PIXEL } from './chromium.js'
import { DEVICES } from './every-page.js'

/** Something that people look at a page with, as a browser context that shows as much of it as they see. */
export interface Screen {
  readonly name: string
  readonly options: BrowserContextOptions & { readonly viewport: ViewportSize }
}

const TOUCH = { isMobile: true, hasTouch: true } as const

/** The screens that every page has to fit: what is visible between the bars of the browser. */
export const SCREENS: readonly Screen[] = [
  // The first one is the narrowest screen there is, the third one the lowest.
  { name: 'iPhone SE', options: { ...IPHONE, viewport: { width: 320, height: 568 } } },
  { name: 'iPhone SE 3', options: { ...IPHONE, viewport: { width: 375, height: 553 } } },
  { name: 'iPhone 15', options: { ...IPHONE, viewport: { width: 390, height: 664 } } },
  {
    // Which hands no profile to Settings.
    name: 'iPhone 15, Chrome',
    options: {
      ...IPHONE,
      userAgent: IPHONE.userAgent.replace('Version/18.1', 'CriOS/140.0.7339.101'),
      viewport: { width: 390, height: 664 },
    },
  },
  {
    // Which asks as a Mac, but is touched.
    name: 'iPad',
    options: { ...TOUCH, userAgent: DEVICES.mac, viewport: { width: 820, height: 1060 } },
  },
  { name: 'Mac', options: { userAgent: DEVICES.mac, viewport: { width: 1280, height: 720 } } },
  { name: 'Pixel', options: { ...PIXEL, viewport: { width: 412, height: 760 } } },
  {
    name: 'Windows',
    options: {
      userAgent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      viewport: { width: 1440, height: 780 },
    },
  },
]

/** Those screens, together where they differ in their size alone: one browser has each of them in turn. */
export const BROWSERS: readonly (readonly [Screen, ...Screen[]])[] = (() => {
  const browsers = new Map<string, [Screen, ...Screen[]]>()
  for (const screen of SCREENS) {
    const browser = JSON.stringify({ ...screen.options, viewport: undefined })
    const alike = browsers.get(browser)
    if (alike === undefined) browsers.set(browser, [screen])
    else alike.push(screen)
  }
  return [...browsers.values()]
})()
