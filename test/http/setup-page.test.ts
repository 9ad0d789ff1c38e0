import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { AppDependencies } from '../../src/http/app.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import type { SigningIdentity } from '../../src/signing/identity.js'
import {
  attributes,
  catalogue,
  developmentIdentity,
  get,
  readable,
  testApp,
} from '../support/app.js'
import { isMissing } from '../support/programs.js'
import { readQrCode } from '../support/zbar.js'

const USER_AGENTS = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  ipad: 'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  android:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  other: 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
} as const

type DeviceName = keyof typeof USER_AGENTS
const DEVICES = Object.keys(USER_AGENTS) as DeviceName[]
const APPLE = ['iphone', 'ipad', 'mac'] as const

const BT = '/setup?address=ann@btinternet.com&name=Ann&protocol=imap'

async function page(
  device: DeviceName,
  path = BT,
  changes: Partial<AppDependencies> = {},
): Promise<string> {
  const { status, text } = await request(testApp(changes))
    .get(path)
    .set('User-Agent', USER_AGENTS[device])
    .set('Accept', 'text/html')
  expect(status).toBe(200)
  return text
}

const PROFILE = '/formats/apple-profile'

/** What stands above the first thing to tap, or to scan. */
function beforeAction(html: string): string {
  const at = html.search(/<a class="button|<div class="apps|<div class="qr"/)
  expect(at).toBeGreaterThan(0)
  return html.slice(0, at)
}

/** The folds: each title, and whether it is open. */
function folds(html: string): { readonly all: string[]; readonly open: string[] } {
  const [, list = ''] = /<div class="folds">([^]*)<\/main>/.exec(html) ?? []
  const found = [
    ...list.matchAll(/<details(?: class="[^"]*")?(?: id="\w+")?( open)?><summary><h2>([^<]*)</g),
  ]
  return {
    all: found.map(([, , title = '']) => title),
    open: found.filter(([, open]) => open !== undefined).map(([, , title = '']) => title),
  }
}

// What each device is shown first, and what no other is.
const OWN: Readonly<Record<DeviceName, RegExp>> = {
  iphone: /Set up ann@btinternet\.com on this iPhone/,
  ipad: /Set up ann@btinternet\.com on this iPad/,
  mac: /Set up ann@btinternet\.com on this Mac/,
  android: /Which app do you read mail with\?/,
  other: /On this computer/,
}

describe.each(DEVICES)('the setup page on %s', (device) => {
  it('is for this device alone, with the rest one tap away', async () => {
    const html = await page(device)
    const text = readable(html)
    for (const other of DEVICES) {
      // An iPad asks as a Mac: which it is, the style sheet knows.
      const isShown = other === device || (device === 'mac' && other === 'ipad')
      expect([other, OWN[other].test(text)]).toEqual([other, isShown])
    }
    const isApple = device !== 'android' && device !== 'other'
    expect(folds(html)).toEqual({
      all: [
        ...(isApple ? ['What the profile installs', 'If something does not work'] : []),
        'On one device only (POP3)',
        'Settings to type',
        ...(device === 'other' ? [] : ['On another device']),
      ],
      // What a computer is for, and what no phone needs.
      open: device === 'other' ? ['Settings to type'] : [],
    })
    const others = attributes(html, 'href').filter((href) => href.includes('&device='))
    expect(others.map((href) => href.split('&device=')[1]).sort()).toEqual(
      DEVICES.filter((other) => other !== device).sort(),
    )
  })

  it('says who, for which mailbox and what becomes of the password, before anything to tap', async () => {
    const html = await page(device, BT, { offeredBy: 'Example Mail' })
    const before = readable(beforeAction(html))
    const asker = {
      iphone: 'iPhone',
      ipad: 'iPad',
      mac: 'Mac',
      android: 'mail app',
      other: 'mail app',
    }
    expect(before).toContain('Mail for ann@btinternet.com')
    expect(before).toContain(
      `From Example Mail. Your ${asker[device]} asks for your password itself; ${
        device === 'android' || device === 'other'
          ? 'this page sends it nowhere.'
          : 'this page never does.'
      }`,
    )
    if (device !== 'android' && device !== 'other') {
      const below = readable(html)
      expect(below).toContain('A mail account “BT Mail” (IMAP to receive, SMTP to send)')
      expect(below).toContain('Nothing else.')
      expect(below).toContain('cannot track, manage or lock your device')
    }
  })

  it('ends with every value of both servers', async () => {
    const html = await page(device)
    const settings = readable(html.slice(html.indexOf('id="settings"')))
    for (const value of ['mail.btinternet.com', '993', '465', 'ann@btinternet.com', 'SSL/TLS']) {
      expect(settings).toContain(value)
    }
  })

  it('holds no script or style of its own, and nothing from elsewhere', async () => {
    const html = await page(device)
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i)
    expect([...html.matchAll(/<script([^>]*)>([^<]*)</g)].map(([, , body]) => body)).toEqual([''])
    const loaded = [...attributes(html, 'src'), ...linked(html)]
    for (const url of loaded) expect(url).toMatch(/^\/(?!\/)/)
  })

  it.each(['btinternet.com', 'fastmail.com', 'icloud.com'])(
    'weighs less than 60 KB with all that it loads, for %s',
    async (domain) => {
      const app = testApp({ androidIntent: { scheme: 'examplemail' } })
      const query = `/setup?address=firstname.lastname@${domain}&name=Firstname%20Lastname`
      const html = await page(device, query, { androidIntent: { scheme: 'examplemail' } })
      const urls = new Set([...attributes(html, 'src'), ...linked(html)])
      let bytes = Buffer.byteLength(html)
      for (const url of urls) {
        const { status, body } = await get(app, url)
        expect([url, status]).toEqual([url, 200])
        bytes += body.length
      }
      expect(urls.size).toBeGreaterThan(4)
      expect(bytes).toBeLessThan(60_000)
    },
  )
})

function linked(html: string): string[] {
  return [...html.matchAll(/<link [^>]*>/g)].flatMap(([link]) => attributes(link, 'href'))
}

describe('the setup page', () => {
  it.each(APPLE)('leads to the profile on %s', async (device) => {
    const html = await page(device)
    const [own = ''] = attributes(html, 'href').filter((href) => href.includes('/formats/'))
    expect(own).toBe(`${PROFILE}?address=ann%40btinternet.com&name=Ann&protocol=imap&language=en`)
  })

  it('has the real steps on an iPhone', async () => {
    const text = readable(await page('iphone'))
    for (const step of [
      'Set up ann@btinternet.com on this iPhone After the tap Tap Allow.',
      'tap Profile Downloaded',
      'Tap Install at the top right',
      'type your mail password',
      'You have 8 minutes.',
      'One at a time.',
      'Lockdown Mode is on?',
    ]) {
      expect(text).toContain(step)
    }
  })

  it('has the path of macOS 15 and of 13 and 14', async () => {
    const text = readable(await page('mac'))
    expect(text).toContain('System Settings › General › Device Management')
    expect(text).toContain('macOS 13 and 14: System Settings › Privacy & Security › Profiles')
  })

  it('asks for Safari only where the browser keeps profiles as files', async () => {
    const firefox = USER_AGENTS.iphone.replace('Version/18.5', 'FxiOS/142.0')
    const { text } = await request(testApp()).get(BT).set('User-Agent', firefox)
    expect(readable(text)).toContain('Open this page in Safari Firefox only saves the file.')
    expect(readable(await page('iphone'))).not.toContain('Open this page in Safari')
  })

  it.each([
    ['http://192.168.1.2:8080', true],
    ['http://127.0.0.1:8080', false],
    ['https://setup.example.com', false],
  ])('asks Chrome for Safari at %s: %s', async (baseUrl, isAsked) => {
    const chrome = USER_AGENTS.iphone.replace('Version/18.5', 'CriOS/140.0')
    const { text } = await request(testApp({ baseUrl })).get(BT).set('User-Agent', chrome)
    const sentence = 'Open this page in Safari Chrome only saves the file.'
    expect(readable(text).includes(sentence)).toBe(isAsked)
  })

  it('offers the other protocol, and says what POP3 does before it is used', async () => {
    const imap = await page('iphone')
    expect(attributes(imap, 'href')).toContain(
      '/setup?address=ann%40btinternet.com&name=Ann&protocol=pop3',
    )
    expect(readable(imap)).toContain('This device takes the messages off the server')
    expect(readable(imap)).not.toContain('removes')
    const pop3 = await page('iphone', BT.replace('imap', 'pop3'))
    const note = pop3.indexOf('href="#notes"')
    expect(note).toBeGreaterThan(0)
    expect(note).toBeLessThan(pop3.indexOf('/formats/'))
    const [, notes = ''] = /<section class="card" id="notes">([^]*?)<\/section>/.exec(pop3) ?? []
    expect(readable(notes)).toContain('POP3 is for one device: it takes mail from the Inbox')
  })

  it('asks for the app password before the profile', async () => {
    const html = await page('iphone', '/setup?address=ann@fastmail.com')
    const box = html.indexOf('You need an app password')
    expect(box).toBeGreaterThan(0)
    expect(box).toBeLessThan(html.indexOf('/formats/'))
    expect(readable(html)).toContain('type your app password')
    expect(html).toMatch(/href="https:\/\/[^"]+" rel="noreferrer">Make an app password/)
  })

  it('says how often a device asks when the user names differ', async () => {
    const text = readable(await page('iphone', '/setup?address=ann@icloud.com'))
    expect(text).toContain('It asks twice: for receiving and for sending.')
  })

  it('warns of “Not Verified” for a development certificate only', async () => {
    const verifiable: SigningIdentity = { ...developmentIdentity, verifiable: () => true }
    for (const device of APPLE) {
      expect(readable(await page(device))).toMatch(/Not Verified|not verified/)
      const signed = readable(await page(device, BT, { signingIdentity: verifiable }))
      expect(signed).not.toMatch(/not verified/i)
    }
  })

  it('names a root certificate before the profile, with the step that trusts it', async () => {
    const [{ raw }] = developmentIdentity.chain
    const { provider, source: file } = catalogue.find(parseAddress('ann@btinternet.com'))
    const rootCertificate = { name: 'School CA', der: raw }
    const school = new Catalogue([{ provider, file, rootCertificate }])
    const html = await page('iphone', BT, { catalogue: school })
    expect(readable(beforeAction(html))).toContain(
      'With the root certificate School CA your device trusts every server it vouches for.',
    )
    expect(beforeAction(html)).toContain('class="note warn"')
    expect(html).toContain('/formats/')
    expect(readable(html)).toContain('General › About › Certificate Trust Settings')
    expect(readable(html)).toContain('“School CA”')
  })

  it.each([
    ['http://127.0.0.1:8080', 'This code works only on this computer.', true],
    ['http://localhost:8080', 'This code works only on this computer.', true],
    ['http://[::1]:8080', 'This code works only on this computer.', true],
    ['http://192.168.1.2:8080', 'Works for phones in the same network', true],
    ['http://192.168.1.2:8080', 'This code works only on this computer.', false],
    ['https://setup.example.com', 'Works for phones in the same network', false],
    ['https://setup.example.com', 'This code works only on this computer.', false],
  ])('at %s: %s %s', async (baseUrl, sentence, isThere) => {
    expect(readable(await page('other', BT, { baseUrl })).includes(sentence)).toBe(isThere)
    expect(readable(await page('other', BT, { baseUrl }))).toContain(`${baseUrl}/setup?address=`)
  })

  it('says that profiles are not to be had without an identity, and still shows the settings', async () => {
    const html = await page('iphone', BT, { signingIdentity: undefined })
    expect(html).not.toContain('/formats/apple-profile')
    expect(readable(html)).toContain('This server cannot sign profiles now.')
    expect(readable(html)).toContain('mail.btinternet.com')
  })

  it.each(['/mail', '/mail/'])('keeps a base path, %s', async (path) => {
    const app = testApp({ baseUrl: `https://example.com${path}` })
    for (const prefix of ['', '/mail']) {
      const { status, text } = await request(app).get(`${prefix}${BT}`)
      expect(status).toBe(200)
      const urls = [...attributes(text, 'href'), ...attributes(text, 'src')]
      // Links within the page, and to the page in another language.
      const own = urls.filter((url) => !/^(?:[#?]|https:)/.test(url))
      for (const url of own) expect(url).toMatch(/^\/mail\//)
      expect(readable(text)).toContain('https://example.com/mail/setup?address=')
      for (const url of own) expect([url, (await request(app).get(url)).status]).toEqual([url, 200])
    }
  })

  it('shows names as they are, whatever they hold', async () => {
    const name = '&<>"\'`]]> <b>&amp; 🙂 ${x} <%= 1 %>'
    const html = await page('iphone', BT.replace('Ann', encodeURIComponent(name)))
    expect(readable(html)).toContain(`You Your name ${name} Mail address`)
    expect(html).not.toContain('<b>')
  })

  it('has a code for paper, unless that would be too dense to be read', async () => {
    const code =
      /<SVG viewBox="0 0 (\d+) \1" role="img" aria-label="QR code"><path id="drawn-code" d="[Mhvz\d -]+"\/>/
    expect(await page('iphone')).toMatch(code)
    const long = await page('iphone', BT.replace('Ann', encodeURIComponent('🙂'.repeat(200))))
    expect(long).not.toMatch(code)
    expect(readable(long)).toContain('Type into the phone’s browser: https://setup.example.com/')
    // On a screen it may be dense.
    const shown = await page('other', BT.replace('Ann', encodeURIComponent('🙂'.repeat(200))))
    expect(shown).not.toContain('<use ')
    expect(attributes(shown, 'src').filter((src) => src.includes('/setup/qr.png'))).toHaveLength(1)
  })

  it('forgets a space that a phone put after the address', async () => {
    const html = await page('iphone', '/setup?address=%20ann@btinternet.com%20&utm_source=x&ref=y')
    expect(readable(html)).toContain('Mail for ann@btinternet.com')
  })
})

describe('the QR code', () => {
  it.skipIf(isMissing('zbarimg')).each([
    ['https://setup.example.com', 'https://setup.example.com/setup'],
    ['https://example.com/mail/', 'https://example.com/mail/setup'],
    ['http://192.168.1.2:8080', 'http://192.168.1.2:8080/setup'],
  ])('leads to %s whatever a request says', async (baseUrl, start) => {
    const path = '/setup/qr.png?address=ann@btinternet.com&name=Ann%20%F0%9F%99%82&protocol=pop3'
    const { body, headers } = await get(testApp({ baseUrl }), path, {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'gopher',
    })
    expect(headers['content-type']).toBe('image/png')
    expect(readQrCode(body)).toBe(
      `${start}?address=ann%40btinternet.com&name=Ann%20%F0%9F%99%82&protocol=pop3`,
    )
  })

  it('comes as SVG too', async () => {
    const path = '/setup/qr.svg?address=ann@btinternet.com'
    const { status, headers, body } = await get(testApp(), path)
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml; charset=utf-8'])
    expect(body.toString()).toContain('<svg')
  })

  it('is not made for mailboxes that are not served', async () => {
    const { status } = await request(testApp()).get('/setup/qr.svg?address=ann@example.com')
    expect(status).toBe(404)
  })
})
