import fc from 'fast-check'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { escapeHtml } from '../../src/encoding/html.js'
import { ENCODINGS } from '../../src/http/request/accepted-encoding.js'
import { outlineOf } from '../../src/messages/outline.js'
import { shippedMessages } from '../../src/messages/shipped.js'
import type { Value } from '../../src/messages/text.js'
import { Catalogue } from '../../src/providers/catalogue.js'
import { parseProvider } from '../../src/providers/provider.js'
import { LANGUAGES } from '../../src/texts/languages.js'
import { loadTexts } from '../../src/texts/texts.js'
import { attributes, catalogue, get, recordingLogger, testApp } from '../support/app.js'
import { IPHONE, PIXEL, suiteBrowser } from '../support/chromium.js'
import { invitedApp } from '../support/invited-app.js'
import { listeningPort } from '../support/listening-port.js'
import { isMissing } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { runs } from '../support/runs.js'
import { ask } from '../support/wire.js'

const TAGS: readonly string[] = LANGUAGES.map(({ tag }) => tag)
const HTML = { Accept: 'text/html' }
const BT = '/setup?address=ann@btinternet.com'
/** A value behind what it is called in a title. */
const titled = (value: string): [string, string] => [value.slice(0, 60), value]
const app = testApp({ contact: 'help@example.com' })
const port = listeningPort(app)
// A drawing comes as bytes.
const textOf = ({ text, body }: { text?: string; body: unknown }) =>
  text ?? (Buffer.isBuffer(body) ? body.toString() : '')

// For the browser, as texts: the elements of pieces of HTML with their attributes, each kind once …
const ELEMENTS = `(texts) => {
  const names = new Set()
  for (const text of texts) {
    const parsed = new DOMParser().parseFromString('<main>' + text + '</main>', 'text/html')
    for (const { localName, attributes } of parsed.querySelectorAll('body *')) {
      names.add([localName, ...Array.from(attributes, ({ name, value }) => name + '=' + value)].join(' '))
    }
  }
  return [...names].sort()
}`
// … and of a page what no template has.
const STRANGE = `(html) => {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  const all = [...parsed.querySelectorAll('*')]
  const names = all.flatMap(({ attributes }) => Array.from(attributes, ({ name }) => name))
  return {
    strange: all.filter(({ localName }) => ['b', 'i'].includes(localName)).map((one) => one.outerHTML),
    handlers: names.filter((name) => name.startsWith('on')),
    images: [...parsed.images].map((image) => image.getAttribute('src')),
    title: parsed.title,
  }
}`
interface Found {
  readonly strange: readonly string[]
  readonly handlers: readonly string[]
  readonly images: readonly string[]
  readonly title: string
}

promise(
  'Whatever a link or a browser names as its language, the answer is in one of the languages that there are, and says nothing of what was named.',
  () => {
    const NAMED = [
      ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'de.json', '../../package'],
      ...['en%0d%0aX-Injected:1', 'de%00', '%ff', '%', 'de;q=1', '*', '"><script>x', 'x-injected'],
      ...[
        'i-klingon',
        'en-'.repeat(500),
        'a'.repeat(7000),
        '%F0%9F%98%80',
        'undefined',
        'tlh-Injected',
      ],
    ]

    it.each(NAMED.map(titled))('?language=%s', async (_title, named) => {
      for (const path of ['/', BT, '/nothing', '/setup?address=x']) {
        const query = `${path.includes('?') ? '&' : '?'}language=${named}`
        for (const twice of ['', query.replace('?', '&')]) {
          const { status, text, headers } = await request(app)
            .get(`${path}${query}${twice}`)
            .set(HTML)
          expect(status).toBeLessThan(500)
          expect(headers['content-language']).toBe('en')
          expect(headers['x-injected']).toBeUndefined()
          expect(text).toContain('<html lang="en"')
          expect(text).not.toMatch(
            /__proto__|constructor|toString|hasOwn|package|script>x|klingon|njected/,
          )
          for (const href of attributes(text, 'href')) {
            expect(href.split('language=').length).toBeLessThanOrEqual(2)
          }
        }
      }
    })

    it.each(
      [
        ...[
          '__proto__',
          'constructor;q=1',
          'x-injected',
          '*',
          ',,,;q=,',
          'de;q=2',
          'de;q=x',
          '\xff\xfe',
        ],
        ...['a'.repeat(9000), `${'xx,'.repeat(2500)}de`, 'de-'.repeat(3000), '-', 'q=1', '"de"'],
      ].map(titled),
    )('Accept-Language: %s', async (_title, named) => {
      const answer = await ask(port(), BT, {
        headers: ['Accept: text/html', `Accept-Language: ${named}`],
      })
      expect(answer.status).toBe(200)
      expect(answer.head).toContain('Content-Language: en')
      expect(answer.body.toString()).not.toMatch(/__proto__|constructor|njected/)
    })

    it('of the right one, the answer is in it, on errors as well', async () => {
      for (const tag of TAGS) {
        for (const path of ['/', BT, '/nothing', '/formats/nothing?address=ann@btinternet.com']) {
          const asked = `${path}${path.includes('?') ? '&' : '?'}language=${tag}`
          const { text, headers } = await request(app).get(asked).set(HTML)
          expect([asked, headers['content-language']]).toEqual([asked, tag])
          expect(text).toContain(`<html lang="${tag}"`)
        }
      }
    })
  },
)

promise(
  'The links to other languages lead to the same page of the same server, whatever stands in its address.',
  () => {
    it.each([
      '//evil.example/',
      '//evil.example/setup?address=ann@btinternet.com',
      '/%5c%5cevil.example/',
      '/\\\\evil.example/?a=b',
      '/?//evil.example/',
      '/?a=b&#javascript:alert(1)',
      '/?%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
      `/?"><script>alert(1)</script>`,
      `/?'onmouseover='alert(1)`,
      '/?javascript:alert(1)',
      '/setup?address=%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
      '/setup/..//evil.example?language=de',
    ])('%s', async (path) => {
      const { status, head, body } = await ask(port(), path, { headers: ['Accept: text/html'] })
      expect(status).toBeLessThan(500)
      expect(head.join('\n')).not.toMatch(/^Location:/m)
      const text = body.toString()
      expect(text).not.toMatch(/<script>|<script [^s]|<[^>]* on\w+=/)
      for (const attribute of ['href', 'src', 'action']) {
        for (const link of attributes(text, attribute)) {
          // As a browser reads it on that very page.
          const to = new URL(link, `https://setup.example.com/here`)
          expect(['https:', 'mailto:']).toContain(to.protocol)
          if (to.protocol === 'https:' && link.startsWith('?')) {
            expect(new URL(link, 'https://setup.example.com//evil.example/').host).toBe(
              'setup.example.com',
            )
          }
          if (/^(?:\/|\?)/.test(link)) expect(to.host).toBe('setup.example.com')
        }
      }
    })

    it('and no answer to a form has any', async () => {
      const { text } = await request(app).post('/setup').set(HTML).type('form').send('address=x')
      expect(attributes(text, 'hreflang')).toEqual([])
    })

    it('nor does one that names a token or a note put it where it was not', async () => {
      const { app: withInvitations, invite } = invitedApp()
      const { token } = await invite()
      const path = `/i/${token}`
      const { text } = await request(withInvitations).get(`${path}?x=1`).set(HTML)
      // The pending page leads nowhere by its token.
      expect(text).not.toContain(token)
      expect(attributes(text, 'href').filter((href) => href.includes('x=1'))).toHaveLength(
        TAGS.length,
      )
      const note = 'A'.repeat(48)
      const page = await request(app).get(`${BT}&confirmed=${note}&asked=${note}`).set(HTML)
      const holding = attributes(page.text, 'href').filter((href) => href.includes(note))
      // What the address of the page has, the address of the page in another language has; nothing else does.
      expect(holding.every((href) => href.startsWith('?language='))).toBe(true)
      expect(page.text.split(note)).toHaveLength(2 * TAGS.length + 1)
    })
  },
)

promise(
  'What stands for a word in a sentence stays a word in every language: no name, note, host or address becomes markup, a link or a part of the sentence.',
  () => {
    const HOSTILE = [
      ...[
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        '</bdi></a><a href=//evil.example>',
      ],
      ...[
        '{operator}',
        '{count, plural, other {#}}',
        "'{'",
        "''",
        '<b>x</b>',
        '<a>x</a>',
        '<a1>x</a1>',
        '#',
      ],
      ...[
        '__proto__',
        'constructor',
        'incoming',
        'other',
        '&lt;b&gt;',
        '\u202E\u2066evil',
        '\u2069\u2069',
        '<!--',
      ],
      ...['<% x %>', '${x}', '%EMAILADDRESS%', '<svg/onload=alert(1)>', 'א</bdi>ב', ''],
    ]
    const values = (key: string, word: string): Record<string, Value> => {
      const { placeholders } = outlineOf(shippedMessages('en').get(key) ?? '')
      return Object.fromEntries(
        Array.from(placeholders, ([name, kind]): [string, Value] => [
          name,
          kind === 'word' ? word : kind === 'number' ? 3 : new Date(0),
        ]),
      )
    }
    const linksOf = (key: string) =>
      Object.fromEntries(
        Array.from(outlineOf(shippedMessages('en').get(key) ?? '').tags)
          .filter((tag) => tag !== 'b')
          .map((tag) => [tag, 'https://setup.example.com/']),
      )
    const htmlOf = (tag: (typeof LANGUAGES)[number]['tag'], key: string, word: string): string => {
      const { html } = loadTexts(tag) as unknown as {
        html: (key: string, values: object, links: object) => string
      }
      return html(key, values(key, word), linksOf(key))
    }
    // But those where a word of ours chooses the sentence.
    const KEYS = Array.from(shippedMessages('en'))
      .filter(([, message]) => !message.includes(', select,'))
      .filter(([, message]) => [...outlineOf(message).placeholders.values()].includes('word'))
      .map(([key]) => key)

    it.each(LANGUAGES.map(({ tag }) => tag))('in %s, whatever the word', (tag) => {
      fc.assert(
        fc.property(
          fc.constantFrom(...KEYS),
          fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', maxLength: 40 })),
          (key, word) => {
            // The same with another word is the same but for the word.
            const plain = 'Qz7'
            const expected = htmlOf(tag, key, plain).replaceAll(plain, () => escapeHtml(word))
            expect([key, htmlOf(tag, key, word)]).toEqual([key, expected])
          },
        ),
        { numRuns: runs(2000) },
      )
    })

    describe.skipIf(isMissing('chromium'))('as a browser reads it', () => {
      const browser = suiteBrowser()

      it('has no element and no attribute but those of messages', async () => {
        const said = LANGUAGES.flatMap(({ tag }) =>
          KEYS.flatMap((key) => HOSTILE.map((word) => htmlOf(tag, key, word))),
        )
        const page = await browser().newPage()
        const found = await page.evaluate<string[]>(`(${ELEMENTS})(${JSON.stringify(said)})`)
        expect(found).toEqual(['a href=https://setup.example.com/', 'bdi', 'main', 'strong'])
      })

      it('on whole pages, of an operator and an account with such names', async () => {
        const bad = `{a} <b>x</b> '<img src=x onerror=alert(1)>' "><i>`
        const yaml = `id: bad
name: ${JSON.stringify(bad)}
domains: [bad.example]
notes:
  - text: { en: ${JSON.stringify(bad)}, de: ${JSON.stringify(bad)} }
incoming:
  - { protocol: imap, host: mail.bad.example, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: mail.bad.example, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`
        const provider = parseProvider(yaml, 'bad.yaml')
        const own = testApp({
          catalogue: new Catalogue([{ provider, file: 'bad.yaml' }]),
          offeredBy: bad,
          contact: bad,
        })
        const page = await browser().newPage()
        for (const userAgent of [IPHONE.userAgent, PIXEL.userAgent, 'curl/8']) {
          for (const tag of TAGS) {
            for (const path of [
              '/?provider=%7Ba%7D',
              '/setup?address=a@bad.example&name=%3Cb%3E',
              '/nothing',
            ]) {
              const { text } = await request(own)
                .get(`${path}${path.includes('?') ? '&' : '?'}language=${tag}`)
                .set({ ...HTML, 'User-Agent': userAgent })
              const found = await page.evaluate<Found>(`(${STRANGE})(${JSON.stringify(text)})`)
              expect(found).toMatchObject({ strange: [], handlers: [] })
              for (const src of found.images) expect(src).toMatch(/^\/(?:public|setup|formats)\//)
              expect(found.title).toContain(bad)
            }
          }
        }
      })
    })
  },
)

promise(
  'The search among providers finds nobody by a domain that is not served, and no customer of the operator by a part of their domain.',
  () => {
    const own = (id: string, domains: string, name = id) =>
      parseProvider(
        `id: ${id}
name: '${name}'
domains: [${domains}]
incoming:
  - { protocol: imap, host: mail.host.example, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: mail.host.example, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`,
        `${id}.yaml`,
      )
    const hoster = {
      provider: own('hoster', 'customer-one.example, customer-two.example', 'Hoster'),
      file: 'h',
    }
    const byDomain = {
      provider: own('mine', 'first.example, second.example', '%EMAILDOMAIN% Mail'),
      file: 'm',
    }

    it('of all that are served', () => {
      const all = new Catalogue([hoster, byDomain])
      expect(all.search('hos')).toEqual(['Hoster'])
      expect(all.search('Customer-Two.example')).toEqual(['Hoster'])
      for (const part of [
        'customer',
        'customer-two.exampl',
        'ustomer-two.example',
        '.example',
        'e',
        '',
      ]) {
        expect([
          part,
          all.search(part).filter((name) => !name.toLowerCase().includes(part)),
        ]).toEqual([part, []])
      }
      expect(all.search('second.example')).toEqual(['second.example Mail'])
      expect(all.search('first')).toEqual([])
      expect(all.search('mail')).toEqual([])
    })

    it('of some', async () => {
      const some = new Catalogue([hoster, byDomain]).restrictedTo([
        'customer-one.example',
        'second.example',
      ])
      expect(some.search('customer-one.example')).toEqual(['Hoster'])
      for (const domain of ['customer-two.example', 'first.example']) {
        expect(some.search(domain)).toEqual([])
        const served = testApp({ catalogue: some })
        const { text } = await request(served).get(`/?provider=${domain}`).set(HTML)
        expect(text).not.toContain('<li>')
      }
      const bt = catalogue.restrictedTo(['btinternet.com'])
      expect(bt.search('btinternet')).toEqual(['BT Mail'])
      expect(bt.search('talk21')).toEqual([])
      expect(bt.search('gmail')).toEqual([])
    })

    it.each([
      '(a+)+$',
      '.*',
      '[',
      '\\',
      '$&',
      '__proto__',
      '%00',
      '%0a',
      'a'.repeat(10_000),
      '%ff',
      '%CC%81',
    ])('?provider=%s is words', async (words) => {
      const { status, text } = await request(app).get(`/?provider=${words}`).set(HTML)
      expect(status).toBeLessThan(500)
      expect(text).not.toContain('<li>')
    })
  },
)

promise(
  'Only pages and their style sheets, scripts and drawings are compressed. No page holds a password, and none that repeats what somebody typed holds a secret that lasts.',
  () => {
    const ENCODED = { 'Accept-Encoding': 'br, gzip, deflate, zstd' }

    it('no format, with a password or without', async () => {
      const { app: withInvitations, invite } = invitedApp()
      const { token } = await invite({ downloads: 20 })
      const path = `/i/${token}`
      await request(withInvitations).post(path)
      for (const id of [
        'apple-profile',
        'k9-settings',
        'thunderbird-qr',
        'deltachat-link',
        'settings-sheet',
      ]) {
        for (const more of ['', '?as=png', '?as=svg', '?language=ar']) {
          const { status, headers } = await get(
            withInvitations,
            `${path}/formats/${id}${more}`,
            ENCODED,
          )
          expect([status, id, headers['content-encoding']]).toEqual([status, id, undefined])
        }
      }
      for (const other of [
        '/formats/apple-profile',
        '/formats/k9-settings',
        '/setup/qr.svg',
        '/setup/qr.png',
      ]) {
        const { status, headers } = await get(app, `${other}?address=ann@btinternet.com`, ENCODED)
        expect([other, status, headers['content-encoding']]).toEqual([other, 200, undefined])
      }
    })

    it('no password on any page of an invitation, in any language', async () => {
      const { app: withInvitations, invite } = invitedApp()
      const password = 'Tr0ub4dor-and-3'
      const { token } = await invite({}, { password })
      const path = `/i/${token}`
      for (const userAgent of [IPHONE.userAgent, PIXEL.userAgent, 'curl/8']) {
        for (const tag of TAGS) {
          for (const query of ['?', '?show&']) {
            const page = await request(withInvitations)
              .get(`${path}${query}language=${tag}&x=${password.slice(0, 5)}`)
              .set({ ...HTML, 'User-Agent': userAgent, ...ENCODED })
            expect(page.status).toBe(200)
            expect(page.text).not.toContain(password)
          }
        }
      }
    })

    it('and what is compressed is the same by every way', async () => {
      for (const path of [
        '/',
        BT,
        '/nothing',
        '/public/style.css',
        '/public/setup.js',
        '/public/icon.svg',
      ]) {
        const plain = await request(app)
          .get(path)
          .set({ ...HTML, 'Accept-Encoding': 'identity' })
        expect(plain.headers['content-encoding']).toBeUndefined()
        for (const encoding of ENCODINGS) {
          for (const named of [encoding, `deflate, ${encoding};q=0.5, x`, encoding.toUpperCase()]) {
            // Both are unpacked by the client.
            const packed = await request(app)
              .get(path)
              .set({ ...HTML, 'Accept-Encoding': named })
            expect(packed.headers['vary']).toContain('Accept-Encoding')
            expect([path, named, packed.headers['content-encoding']]).toEqual([
              path,
              named,
              encoding,
            ])
            const unpacked = textOf(packed)
            expect(unpacked).toBe(textOf(plain))
          }
          const refused = await request(app)
            .get(path)
            .set({ ...HTML, 'Accept-Encoding': `${encoding};q=0` })
          expect(refused.headers['content-encoding']).toBeUndefined()
        }
        const head = await request(app)
          .head(path)
          .set({ ...HTML, 'Accept-Encoding': 'br' })
        expect(textOf(head)).toBe('')
        expect(head.headers['content-encoding']).toBe('br')
      }
    })
  },
)

promise('Nothing is sent as a file but what pages load.', () => {
  it.each([
    ...[
      '../package.json',
      '..%2fpackage.json',
      '%2e%2e/package.json',
      '%2e%2e%2fpages%2fhome.eta',
      '..\\package.json',
    ],
    ...[
      '....//package.json',
      '%00',
      'style.css%00.js',
      'style.css/.',
      './style.css',
      '.',
      '..',
      '',
    ],
    ...[
      'tokens.css',
      '.git',
      '.env',
      '__proto__',
      'constructor',
      'STYLE.CSS',
      'style%2ecss%2f..',
      '%c0%ae%c0%ae/a',
    ],
    ...[
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'style.css;.js',
      'style.css%20',
      '%',
      '%ff',
      'a'.repeat(5000),
    ],
  ])('/public/%s', async (name) => {
    const { status, body } = await ask(port(), `/public/${name}`)
    expect([400, 404]).toContain(status)
    expect(body.toString()).not.toMatch(/"version"|root:|--brand|<%/)
  })

  it('and by validator, part or version it is the same file, or none', async () => {
    const { headers, text } = await request(app).get('/public/style.css')
    const etag = headers['etag'] ?? ''
    const same = await request(app).get('/public/style.css').set('If-None-Match', etag)
    expect([same.status, same.text]).toEqual([304, ''])
    for (const other of ['"x"', '__proto__', `"${'a'.repeat(5000)}"`, '"', 'W/']) {
      const again = await request(app).get('/public/style.css').set('If-None-Match', other)
      expect([again.status, again.text]).toEqual([200, text])
    }
    for (const range of ['bytes=0-9', 'bytes=0-9,0-9,0-9', 'bytes=-1', 'bytes=9-0', 'x']) {
      const part = await request(app).get('/public/style.css').set('Range', range)
      expect([part.status, part.text]).toEqual([200, text])
    }
    // Only what is asked for by its own version may be kept for ever.
    const [, version = ''] = /^"(\w+)/.exec(etag) ?? []
    for (const [v, kept] of [
      [version, true],
      ['', false],
      ['x', false],
      [`${version}x`, false],
      ['__proto__', false],
    ] as const) {
      const answer = await request(app).get(`/public/style.css?v=${v}`)
      expect([v, answer.headers['cache-control']?.includes('immutable')]).toEqual([v, kept])
    }
  })
})

describe('what is logged of languages and devices', () => {
  it('is nothing', async () => {
    const { logger, text } = recordingLogger()
    const logged = testApp({ logger })
    for (const path of [
      '/',
      BT,
      '/nothing',
      '/setup?address=x@nowhere.example',
      '/?provider=zzyzx',
    ]) {
      await request(logged)
        .get(`${path}${path.includes('?') ? '&' : '?'}language=uk&device=ipad`)
        .set({ ...HTML, 'Accept-Language': 'ar-TN,sv;q=0.5', 'User-Agent': IPHONE.userAgent })
    }
    expect(text().split('\n').length).toBeGreaterThan(4)
    expect(text()).not.toMatch(
      /uk\b|ipad|iphone|ar-TN|\bsv\b|zzyzx|nowhere|btinternet|language|device/i,
    )
    expect(text()).not.toMatch(/[\u0370-\uffff]/)
  })

  it.each(['ipad', 'IPAD', '__proto__', 'constructor', '', 'x'.repeat(9000), '%00', '<b>'])(
    '?device=%s shows a device that there is',
    async (device) => {
      const { status, text } = await request(app).get(`${BT}&device=${device}`).set(HTML)
      expect(status === 200 || status === 413).toBe(true)
      expect(text).not.toMatch(/<b>|__proto__&|constructor&/)
    },
  )
})

describe('a language that was chosen', () => {
  const { app: withInvitations, invite } = invitedApp()

  it('goes along when the button of an invitation is pressed', async () => {
    const { token } = await invite()
    const pressed = (query: string) => request(withInvitations).post(`/i/${token}${query}`)
    expect((await pressed('')).headers['location']).toBe(`/i/${token}?show`)
    expect((await pressed('?language=de-CH')).headers['location']).toBe(
      `/i/${token}?show&language=de`,
    )
    for (const other of [
      '?language=x%0d%0aa:b',
      '?language=__proto__',
      '?language=de&language=fr',
    ]) {
      expect((await pressed(other)).headers['location']).toBe(`/i/${token}?show`)
    }
  })

  it('is not marked as English where a code was wrong', async () => {
    const { token } = await invite({ code: true })
    const { text } = await request(withInvitations)
      .post(`/i/${token}?language=de`)
      .type('form')
      .send('code=1')
    expect(text).toContain('<html lang="de"')
    expect(text).toContain('aria-invalid="true"')
    // But for its own name in the list of languages.
    expect(text.replace(/<a [^>]*hreflang="en"[^>]*>/, '')).not.toContain('lang="en"')
  })
})
