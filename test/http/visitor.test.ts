import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUserAgent, type Device } from '../../src/http/pages/visitor.js'
import { runs } from '../support/runs.js'

const IOS = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${IOS}`
const IPAD = `Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) ${IOS}`
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const PIXEL = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0'

// Device, whether the browser only saves profiles, whether it is a window inside another app.
type Row = readonly [
  name: string,
  userAgent: string,
  device: Device,
  savesOnly?: boolean,
  inApp?: boolean,
]

const USER_AGENTS: readonly Row[] = [
  ['Safari, iPhone', `${IPHONE} Version/18.5 Mobile/15E148 Safari/604.1`, 'iphone'],
  [
    'Safari, iPhone of iOS 26',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${IOS} Version/26.0 Mobile/15E148 Safari/604.1`,
    'iphone',
  ],
  [
    'Safari, iPhone of iOS 9',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 9_3 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) Version/9.0 Mobile/13E188a Safari/601.1',
    'iphone',
  ],
  [
    'Safari, iPod touch',
    `Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) ${IOS} Version/12.1 Mobile/15E148 Safari/604.1`,
    'iphone',
  ],
  ['Chrome, iPhone', `${IPHONE} CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`, 'iphone'],
  ['Edge, iPhone', `${IPHONE} EdgiOS/139.0 Version/18.0 Mobile/15E148 Safari/604.1`, 'iphone'],
  ['Firefox, iPhone', `${IPHONE} FxiOS/142.0 Mobile/15E148 Safari/605.1.15`, 'iphone', true],
  ['Firefox Focus, iPhone', `${IPHONE} Focus/142.0 Mobile/15E148 Safari/605.1.15`, 'iphone', true],
  [
    'DuckDuckGo, iPhone',
    `${IPHONE} Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15`,
    'iphone',
    true,
  ],
  [
    'Instagram, iPhone',
    `${IPHONE} Mobile/22F76 Instagram 389.0.0.0 (iPhone14,5; iOS 18_5; en_GB; scale=3.00; 1170x2532)`,
    'iphone',
    true,
    true,
  ],
  [
    'Facebook, iPhone',
    `${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/520.0;FBDV/iPhone14,5;FBSV/18.5]`,
    'iphone',
    true,
    true,
  ],
  ['LINE, iPhone', `${IPHONE} Mobile/15E148 Safari Line/15.8.0`, 'iphone', true, true],
  [
    'WeChat, iPhone',
    `${IPHONE} Mobile/15E148 MicroMessenger/8.0.60 NetType/WIFI`,
    'iphone',
    true,
    true,
  ],
  ['Google app, iPhone', `${IPHONE} GSA/380.0 Mobile/15E148 Safari/604.1`, 'iphone', true, true],
  [
    'LinkedIn, iPhone',
    `${IPHONE} Mobile/15E148 [LinkedInApp]/9.30 (iPhone; iOS 18.5)`,
    'iphone',
    true,
    true,
  ],
  ['a bare WebView, iPhone', `${IPHONE} Mobile/15E148`, 'iphone', true, true],
  ['Safari, iPad that says so', `${IPAD} Version/17.6 Mobile/15E148 Safari/604.1`, 'ipad'],
  ['Chrome, iPad', `${IPAD} CriOS/140.0 Mobile/15E148 Safari/604.1`, 'ipad'],
  ['Firefox, iPad', `${IPAD} FxiOS/142.0 Mobile/15E148 Safari/605.1.15`, 'ipad', true],
  ['a bare WebView, iPad', `${IPAD} Mobile/15E148`, 'ipad', true, true],
  ['Safari, Mac or iPad', `${MAC} ${IOS} Version/18.5 Safari/605.1.15`, 'mac'],
  ['Chrome, Mac', `${MAC} ${BLINK} Safari/537.36`, 'mac'],
  [
    'Firefox, Mac',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0',
    'mac',
  ],
  ['Chrome, Android', `${PIXEL} Chrome/140.0.0.0 Mobile Safari/537.36`, 'android'],
  [
    'Firefox, Android',
    'Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0',
    'android',
  ],
  [
    'Samsung Internet',
    `${PIXEL} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    'android',
  ],
  ['Chrome, Android tablet', `${PIXEL} Chrome/140.0.0.0 Safari/537.36`, 'android'],
  [
    'a WebView, Android',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0 Mobile Safari/537.36',
    'android',
  ],
  [
    'Instagram, Android',
    `${PIXEL} Version/4.0 Chrome/140.0 Mobile Safari/537.36 Instagram 389.0.0.0 Android`,
    'android',
    false,
    true,
  ],
  ['Chrome, Windows', `${WINDOWS} ${BLINK} Safari/537.36`, 'other'],
  ['Edge, Windows', `${WINDOWS} ${BLINK} Safari/537.36 Edg/140.0`, 'other'],
  [
    'Firefox, Linux',
    'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
    'other',
  ],
  ['Chrome OS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Safari/537.36`, 'other'],
  ['curl', 'curl/8.14.1', 'other'],
  ['nothing', '', 'other'],
]

describe('parseUserAgent', () => {
  it.each(USER_AGENTS.map((row) => [row[0], row] as const))('%s', (_name, row) => {
    const [, userAgent, device, savesOnly = false, inApp = false] = row

    const visitor = parseUserAgent(userAgent)
    expect([visitor.device, visitor.browser.savesOnly, visitor.browser.inApp]).toEqual([
      device,
      savesOnly,
      inApp,
    ])
  })

  it('puts the device’s own part first and leaves none out, whatever the header', () => {
    const pieces = fc.constantFrom(
      'iPhone',
      'iPad',
      'Macintosh',
      'Android',
      '(',
      ';',
      'FxiOS/',
      ' ',
    )
    const header = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(header, (userAgent) => {
        const { device, parts } = parseUserAgent(userAgent)
        expect(parts[0]).toBe(device)
        expect([...parts].sort()).toEqual(['android', 'ipad', 'iphone', 'mac', 'other'])
      }),
      { numRuns: runs(2000) },
    )
  })

  it('takes no time over a header made to cost much', () => {
    expect(parseUserAgent('Mozilla/5.0 (iPhone;'.repeat(5000)).parts).toHaveLength(5)
  })
})
