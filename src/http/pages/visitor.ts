import Bowser from 'bowser'
import { Generations } from '../request/generations.js'

/** The device that asks, as far as its User-Agent header tells. */
export const DEVICES = ['iphone', 'ipad', 'mac', 'android', 'other'] as const
export type Device = (typeof DEVICES)[number]

export interface Visitor {
  readonly device: Device
  /** All there are, its own first. */
  readonly parts: readonly Device[]
  /** Of a computer: its programs are not those of another system. */
  readonly system: 'windows' | 'other'
  readonly browser: {
    /** On an iPhone or iPad: it keeps a profile as a file instead of handing it to Settings. */
    readonly savesOnly: boolean
    /** It does so unless the page came over https. */
    readonly needsHttps: boolean
    /** A window inside another app. */
    readonly inApp: boolean
    /** Samsung's own, on whose phones mail is most often read with Samsung's own app. */
    readonly isSamsung: boolean
    readonly name?: string
  }
}

const MAX_LENGTH = 512
const MOST_KNOWN = 400

// An iPad asks as a Macintosh unless its owner changed that, so a Mac's page has both at the top.
const PARTS: Readonly<Record<Device, readonly Device[]>> = {
  iphone: ['iphone', 'ipad', 'mac', 'android', 'other'],
  ipad: ['ipad', 'iphone', 'mac', 'android', 'other'],
  mac: ['mac', 'ipad', 'iphone', 'android', 'other'],
  android: ['android', 'iphone', 'ipad', 'mac', 'other'],
  other: ['other', 'iphone', 'ipad', 'mac', 'android'],
}

// Windows inside other apps, by what those apps add to the header.
const IN_APP: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bInstagram\b/, 'Instagram'],
  [/\bFB(?:AN|AV|_IAB)\//, 'Facebook'],
  [/\bMessenger\w*FBAV|\bMessengerForiOS\b/, 'Messenger'],
  [/\bLine\//, 'LINE'],
  [/\bMicroMessenger\//, 'WeChat'],
  [/\bSnapchat\b/, 'Snapchat'],
  [/\bPinterest\b/, 'Pinterest'],
  [/\bTwitter\b/, 'X'],
  [/\bLinkedInApp\b/, 'LinkedIn'],
  [/\b(?:musical_ly|BytedanceWebview|TikTok)/, 'TikTok'],
  [/\bWhatsApp\b/, 'WhatsApp'],
  [/\bGSA\//, 'Google'],
]

// Browsers for iOS that were seen to save profiles only: Firefox (PR 27487 of firefox-ios was not
// merged), Firefox Focus and Klar, DuckDuckGo.
const SAVES_ONLY: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bFocus\/|\bKlar\//, 'Firefox Focus'],
  [/\bFxiOS\//, 'Firefox'],
  [/\b(?:DuckDuckGo|Ddg)\//, 'DuckDuckGo'],
]

// Chrome for iOS hands a profile on only when it came over https or from localhost
// (Chromium, ios/chrome/browser/download/model/browser_download_service.mm).
const NEEDS_HTTPS: readonly (readonly [pattern: RegExp, name: string])[] = [[/\bCriOS\//, 'Chrome']]

// There are few kinds of phones, and what this finds out it finds out of each page again.
const known = new Generations<Visitor>(MOST_KNOWN)

/** What the User-Agent header says of the device and its browser. */
export function parseUserAgent(header: string): Visitor {
  const userAgent = header.slice(0, MAX_LENGTH)
  const visitor = known.get(userAgent) ?? visitorOf(userAgent)
  known.set(userAgent, visitor)
  return visitor
}

function visitorOf(userAgent: string): Visitor {
  const device = parseDevice(userAgent)
  const parts = PARTS[device]
  const app = nameIn(IN_APP, userAgent)
  const isApple = device === 'iphone' || device === 'ipad' || device === 'mac'
  // Every browser for iOS says Safari, and so do Apple's own windows inside apps; a bare WebView
  // does not.
  const bareWebView =
    (device === 'iphone' || device === 'ipad') &&
    userAgent.includes('AppleWebKit/') &&
    !userAgent.includes('Safari/')
  const inApp = app !== undefined || bareWebView
  const saver = isApple ? nameIn(SAVES_ONLY, userAgent) : undefined
  const isTouch = device === 'iphone' || device === 'ipad'
  const wary = isTouch ? nameIn(NEEDS_HTTPS, userAgent) : undefined
  const name = app ?? saver ?? wary
  return {
    device,
    parts,
    system: /\bWindows NT\b/.test(userAgent) ? 'windows' : 'other',
    browser: {
      savesOnly: (isTouch && inApp) || (saver !== undefined && device !== 'mac'),
      needsHttps: wary !== undefined,
      inApp,
      isSamsung: /\bSamsungBrowser\//.test(userAgent),
      ...(name === undefined ? {} : { name }),
    },
  }
}

/** What a page is made for that somebody wants to see as another device gets it. */
export function visitorWith(device: Device): Visitor {
  return {
    device,
    parts: PARTS[device],
    system: 'windows',
    browser: { savesOnly: false, needsHttps: false, inApp: false, isSamsung: false },
  }
}

function parseDevice(userAgent: string): Device {
  if (userAgent === '') return 'other'
  const { os, platform } = Bowser.parse(userAgent)
  switch (os.name) {
    case 'iOS':
      return platform.type === 'tablet' || platform.model === 'iPad' ? 'ipad' : 'iphone'
    case 'macOS':
      return 'mac'
    case 'Android':
    case 'HarmonyOS':
      return 'android'
    default:
      return 'other'
  }
}

function nameIn(
  table: readonly (readonly [pattern: RegExp, name: string])[],
  userAgent: string,
): string | undefined {
  return table.find(([pattern]) => pattern.test(userAgent))?.[1]
}
