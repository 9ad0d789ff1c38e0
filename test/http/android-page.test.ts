import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { AppDependencies } from '../../src/http/app.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import type { Provider } from '../../src/providers/provider.js'
import { parseIntentUri } from '../../src/formats/intent-uri.js'
import { attributes, catalogue, readable, testApp } from '../support/app.js'
import { IPHONE, PIXEL } from '../support/chromium.js'

const BT = '/setup?address=ann@btinternet.com&name=Ann&protocol=imap'
const FASTMAIL = '/setup?address=ann@fastmail.com'
const COMPUTER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36'
const INSTAGRAM = `${PIXEL.userAgent} Instagram 389.0.0.0 Android`

async function page(
  path = BT,
  changes: Partial<AppDependencies> = {},
  userAgent: string = PIXEL.userAgent,
): Promise<string> {
  const { status, text } = await request(testApp(changes))
    .get(path)
    .set('User-Agent', userAgent)
    .set('Accept', 'text/html')
  expect(status).toBe(200)
  return text
}

/** The choices in their order, each with its own HTML. */
function choices(html: string): Map<string, string> {
  const found = [
    ...html.matchAll(/<details class="app" name="app" id="app-([\w-]+)"[^]*?<\/details>/g),
  ]
  return new Map(found.map(([part, id = '']) => [id, part]))
}

/** BT as it would be with other servers. */
function changed(change: (provider: Provider) => Partial<Provider>): Catalogue {
  const { provider, source: file } = catalogue.find(parseAddress('ann@btinternet.com'))
  return new Catalogue([{ file, provider: { ...provider, ...change(provider) } }])
}

describe('the choices on Android', () => {
  it('are by app, in plain words', async () => {
    const titles = [...choices(await page()).values()].map((part) =>
      readable(/<summary>[^]*<\/summary>/.exec(part)?.[0] ?? ''),
    )
    expect(titles).toEqual([
      'Gmail',
      'Samsung Email',
      'Outlook',
      'Thunderbird, K-9 Mail',
      'FairEmail',
      'Delta Chat',
      'Another app',
    ])
  })

  it.each([
    ['Gmail', PIXEL.userAgent, 'gmail'],
    [
      'Samsung Email in Samsung’s browser',
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
      'samsung',
    ],
  ])('begin with %s open, and all values that it asks for', async (_name, userAgent, id) => {
    const found = choices(await page(BT, {}, userAgent))
    const open = [...found].filter(([, part]) => /^<details [^>]* open>/.test(part))
    expect(open.map(([one]) => one)).toEqual([id])
    const text = readable(found.get(id) ?? '')
    for (const value of [
      'ann@btinternet.com',
      'IMAP',
      'mail.btinternet.com',
      '993',
      '465',
      'SSL/TLS',
    ]) {
      expect(text).toContain(value)
    }
  })

  it('have nothing of Apple’s profile', async () => {
    expect(await page()).not.toContain('apple-profile')
  })

  it('have DAVx5 where there are calendars or contacts', async () => {
    expect([...choices(await page(FASTMAIL)).keys()]).toContain('davx5-link')
  })

  it("begin with the operator's own app, if there is one", async () => {
    const html = await page(BT, {
      androidIntent: { action: 'com.example.SETUP', scheme: 'examplemail', package: 'com.example' },
    })
    const [first] = choices(html)
    expect(first?.[0]).toBe('android-intent')
    const link = attributes(first?.[1] ?? '', 'href').find((href) => href.startsWith('intent:'))
    expect(parseIntentUri(link ?? '')).toMatchObject({
      action: 'com.example.SETUP',
      data: 'examplemail://account',
      package: 'com.example',
    })
  })

  it('lead to stores by https, never by intents or market links', async () => {
    const html = await page(FASTMAIL)
    const stores = attributes(html, 'href').filter((href) => /play\.google|f-droid/.test(href))
    expect(stores.length).toBeGreaterThan(8)
    for (const href of stores) {
      expect(href).toMatch(
        /^https:\/\/(?:play\.google\.com\/store\/apps\/details\?id=|f-droid\.org\/packages\/)[\w.]+\/?$/,
      )
    }
    expect(html).not.toContain('market:')
  })

  it('name no package, and never open anything without a tap', async () => {
    for (const href of attributes(await page(FASTMAIL), 'href')) {
      if (href.startsWith('intent:')) expect(parseIntentUri(href).package).toBeNull()
    }
  })

  it.each([
    ['another way to check passwords', 'authentication', 'ntlm', 'fairemail-profile', 'NTLM'],
    ['another way to check passwords', 'authentication', 'gssapi', 'k9-settings', 'GSSAPI'],
    ['no encryption', 'security', 'none', 'fairemail-profile', 'without encryption'],
  ])('say the reason where the button was: %s', async (_, key, value, id, word) => {
    const catalogueOf = changed(({ incoming }) => ({
      incoming: incoming.map((server) => ({ ...server, port: 2143, [key]: value })),
    }))
    const choice = choices(await page(BT, { catalogue: catalogueOf })).get(id) ?? ''
    expect(readable(choice).toLowerCase()).toContain(word.toLowerCase())
    expect(attributes(choice, 'href')).toEqual([])
  })

  it('say so too in place of the code of Thunderbird', async () => {
    const catalogueOf = changed(({ outgoing }) => ({
      outgoing: outgoing.map((server) => ({ ...server, authentication: 'ntlm' })),
    }))
    const html = await page(BT, { catalogue: catalogueOf }, COMPUTER)
    const [code = ''] =
      /<details class="app" id="code-thunderbird-qr"[^]*?<\/details>/.exec(html) ?? []
    expect(readable(code)).toContain('does not know the way this server checks passwords')
    expect(code).not.toContain('thunderbird-qr?')
  })

  it('hide Delta Chat until a script can make its link, but not the reason against it', async () => {
    expect(choices(await page()).get('deltachat-link')).toMatch(/^<details [^>]* hidden>/)
    const pop3 = choices(await page(BT.replace('imap', 'pop3'))).get('deltachat-link') ?? ''
    expect(pop3).not.toMatch(/^<details [^>]* hidden>/)
    expect(readable(pop3)).toContain('Delta Chat needs IMAP')
  })

  it('have a password box without a name, in no form', async () => {
    const html = await page()
    expect(html).not.toContain('<form')
    expect(/<input[^>]*type="password"[^>]*>/.exec(html)?.[0]).not.toMatch(/\sname=/)
  })

  it('warn in a window inside another app', async () => {
    const sentence = 'This window may not open other apps.'
    expect(readable(await page(BT, {}, INSTAGRAM))).toContain(sentence)
    expect(readable(await page())).not.toContain(sentence)
  })
})

describe('other devices', () => {
  it.each([
    ['an iPhone', IPHONE.userAgent],
    [
      'a Mac',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
    ],
  ])(
    'that ask for it see the page of Android, but nothing that %s would take wrongly',
    async (_, userAgent) => {
      expect(choices(await page(FASTMAIL, {}, userAgent)).size).toBe(0)
      const found = choices(await page(`${FASTMAIL}&device=android`, {}, userAgent))
      expect([...found.keys()]).toEqual([...choices(await page(FASTMAIL)).keys()])
      expect(attributes(found.get('fairemail-profile') ?? '', 'href')).toEqual([])
      expect(readable(found.get('fairemail-profile') ?? '')).toContain(
        'Open this page on the phone',
      )
    },
  )

  it('ask for no password', async () => {
    for (const userAgent of [IPHONE.userAgent, COMPUTER]) {
      expect(await page(BT, {}, userAgent)).not.toContain('type="password"')
    }
  })
})

describe('“usually your address and password are enough”', () => {
  const sentence = 'Usually your address and password are enough'

  it.each([
    ['a provider that publishes its settings', BT, {}, true],
    ['POP3, which apps do not search for', BT.replace('imap', 'pop3'), {}, false],
    ['a provider that does not', BT, { catalogue: changed(() => ({ autoconfig: false })) }, false],
  ])('stands there for %s: %s', async (_, path, changes, isThere) => {
    expect(readable(await page(path, changes)).includes(sentence)).toBe(isThere)
  })
})
