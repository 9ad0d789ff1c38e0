import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../src/texts/languages.js'
import { loadTexts } from '../../src/texts/texts.js'
import { attributes, readable, testApp } from '../support/app.js'
import { IPHONE } from '../support/chromium.js'
import { invitedApp, MAKER } from '../support/invited-app.js'

const HTML = { Accept: 'text/html' }
const SETUP = '/setup?address=ann@btinternet.com&name=Ann&protocol=imap'
const TAGS = LANGUAGES.map(({ tag }) => tag)

const app = testApp()

/** A page and the language that it says it is in, in all places where it says so. */
async function page(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  of: Parameters<typeof request>[0] = app,
) {
  const { text, headers: answered } = await request(of).get(path).set(HTML).set(headers)
  const [, lang = '', dir = ''] =
    /^<!doctype html><html lang="([^"]*)" dir="([^"]*)">/.exec(text) ?? []
  expect(answered['content-language']).toBe(lang)
  expect(answered['vary']).toMatch(/\bAccept-Language\b/)
  return { text, lang, dir }
}

/** The links of the chooser of languages. */
function chooser(html: string): string[] {
  return [...html.matchAll(/<a [^>]*hreflang="[^>]*>/g)].flatMap(([link]) =>
    attributes(link, 'href'),
  )
}

describe('the language of a page', () => {
  it.each(LANGUAGES)(
    'is $tag for whoever chooses it, in words, tags and direction',
    async ({ tag, dir }) => {
      for (const path of ['/?', `${SETUP}&`, '/nothing?', '/setup?address=ann&']) {
        const asked = await page(`${path}language=${tag}`, { 'Accept-Language': 'en' })
        expect([asked.lang, asked.dir]).toEqual([tag, dir])
        expect(readable(asked.text)).toContain(loadTexts(tag).text('layout.made'))
      }
      const { text } = await page(`/?language=${tag}`)
      expect(text).toContain(`<h1>${loadTexts(tag).html('home.title')}</h1>`)
    },
  )

  it.each([
    ['de', 'de'],
    ['de-CH', 'de'],
    ['pt-PT', 'pt-BR'],
    ['zh-TW', 'zh-Hans'],
    ['AR_eg', 'ar'],
    ['da', 'en'],
    ['tlh', 'en'],
    ['%3Cscript%3E', 'en'],
    ['%ff', 'en'],
    ['de&language=fr', 'en'],
    ['', 'en'],
  ])('asked for as %s is %s', async (asked, tag) => {
    expect((await page(`/?language=${asked}`)).lang).toBe(tag)
    expect((await page(`${SETUP}&language=${asked}`)).lang).toBe(tag)
  })

  it.each([
    ['fr', 'fr'],
    ['da, sv;q=0.5', 'sv'],
    ['en;q=0.1, ja', 'ja'],
    ['es-419,es;q=0.9', 'es'],
    ['da', 'en'],
    ['*', 'en'],
    ['not a header;;', 'en'],
  ])('accepted as %s is %s', async (header, tag) => {
    expect((await page('/', { 'Accept-Language': header })).lang).toBe(tag)
  })

  it('is what was chosen, before what the browser says', async () => {
    const header = { 'Accept-Language': 'fr' }
    expect((await page('/?language=pl', header)).lang).toBe('pl')
    expect((await page('/?language=da', header)).lang).toBe('fr')
  })

  it('is English for programs, whatever they accept', async () => {
    const german = { 'Accept-Language': 'de' }
    const path = '/setup?address=ann@nowhere.example&language=de'
    const { text } = await request(app).get(path).set(german)
    expect(text).toMatch(/^unknown_domain: No settings are known for nowhere\.example\./)
    const answer = await request(app).get('/api/nothing').set(german)
    expect(answer.body).toMatchObject({ error: { message: 'There is no such page.' } })
  })
})

describe('the chooser of languages', () => {
  it('leads to the same page in each, and keeps all that was asked for', async () => {
    const { text } = await page(`${SETUP}&language=tr&utm_source=a%26b`)
    const links = chooser(text)
    const query = SETUP.split('?')[1] ?? ''
    expect(links).toEqual(TAGS.map((tag) => `?language=${tag}&${query}&utm_source=a%26b`))
    expect(text).toMatch(/hreflang="tr" lang="tr" aria-current="true">Türkçe</)
    for (const [i, link] of links.entries()) {
      const there = await page(`/setup${link}`)
      expect(there.lang).toBe(TAGS[i])
      expect(there.text).toContain('ann@btinternet.com')
    }
  })

  // Of each character of a query a page would have as many as languages, of some five times as many.
  it('is not on a page whose address no page leads to', async () => {
    const longest = await page(`/?${'a'.repeat(3000)}`)
    expect(chooser(longest.text)).toHaveLength(TAGS.length)
    const { text } = await page(`/?${'a'.repeat(3001)}`)
    expect(chooser(text)).toEqual([])
    expect(text.length).toBeLessThan(20_000)
  })

  it.each(['//evil.example/', '//evil.example/..%2f', '/%5cevil.example', '/setup?//evil.example'])(
    'never leads away: %s',
    async (path) => {
      const { text } = await page(path)
      const links = chooser(text)
      expect(links).toHaveLength(TAGS.length)
      for (const link of links) expect(link).toMatch(/^\?language=[A-Za-z-]+(?:&|$)/)
    },
  )

  it('is not below the answer to a form, which has no address', async () => {
    const { text } = await request(app).post('/setup').set(HTML).type('form').send('address=ann')
    expect(chooser(text)).toEqual([])
  })

  it('is below the answer to the button of an invitation, which is where its link leads', async () => {
    const { app: invited, invite, invitations } = invitedApp()
    const { id, token } = await invite({ code: true }, { language: 'de' })
    const push = (code: string) =>
      request(invited).post(`/i/${token}?language=sv`).set(HTML).type('form').send(`code=${code}`)
    for (const code of ['', 'a']) {
      const { status, text } = await push(code)
      expect(status).toBe(403)
      expect(chooser(text)).toEqual(TAGS.map((tag) => `?language=${tag}`))
      expect((await page(`/i/${token}?language=pl`, {}, invited)).text).toContain('id="code"')
    }
    await invitations.revoke(id, MAKER)
    const { status, text } = await push('')
    expect([status, chooser(text).length]).toEqual([410, TAGS.length])
  })

  it('is followed by every link of the page, and by none that goes to somebody else', async () => {
    const { text } = await page(`${SETUP}&language=ar`)
    const own = attributes(text, 'href').filter((href) => /^\/(?:setup\?|$|\?)/.test(href))
    expect(own.length).toBeGreaterThan(5)
    for (const href of own) expect(href).toMatch(/[?&]language=ar\b/)
    // The code is for another person's phone, or for this person's, which says what it speaks.
    const codes = [...attributes(text, 'src'), ...attributes(text, 'href')].filter((path) =>
      path.startsWith('/setup/qr.'),
    )
    expect(codes.length).toBeGreaterThan(0)
    for (const path of codes) expect(path).not.toContain('language')
    const { text: unasked } = await page(SETUP, { 'Accept-Language': 'ar' })
    const links = attributes(unasked, 'href').filter((href) => href.startsWith('/setup?'))
    for (const href of links) expect(href).not.toContain('language')
  })

  it('goes along with the forms of the first page', async () => {
    const { text } = await page('/?language=uk')
    expect(text.match(/<input type="hidden" name="language" value="uk">/g)).toHaveLength(2)
    expect((await page('/')).text).not.toContain('name="language"')
  })
})

describe('what is downloaded', () => {
  it('is in the language of its page, whoever fetches it', async () => {
    for (const [path, headers] of [
      [`${SETUP}&language=de`, {}],
      [SETUP, { 'Accept-Language': 'de-AT' }],
    ] as const) {
      const { text } = await page(path, { ...headers, 'User-Agent': IPHONE.userAgent })
      const sheet = attributes(text, 'href').find((href) => href.includes('/settings-sheet?')) ?? ''
      const fetched = await request(app).get(sheet).set('Accept-Language', 'fr')
      expect(fetched.text).toContain(loadTexts('de').text('settings.outgoing'))
      expect(fetched.headers['content-language']).toBe('de')
      const files = attributes(text, 'href').filter((href) => href.startsWith('/formats/'))
      expect(files.length).toBeGreaterThan(1)
      for (const href of files) expect(href).toMatch(/[?&]language=de\b/)
    }
  })
})

describe('the language of an invitation', () => {
  it('is its own, unless the person chooses or the browser says another', async () => {
    const { app: invited, invite } = invitedApp()
    const { token } = await invite({ downloads: 20 }, { language: 'de-CH' })
    for (const path of [`/i/${token}?`, `/i/${token}?show&`]) {
      expect((await page(path, {}, invited)).lang).toBe('de')
      expect((await page(path, { 'Accept-Language': 'da' }, invited)).lang).toBe('de')
      expect((await page(path, { 'Accept-Language': 'it' }, invited)).lang).toBe('it')
      expect((await page(`${path}language=hi`, { 'Accept-Language': 'it' }, invited)).lang).toBe(
        'hi',
      )
    }
  })

  it('that was chosen stays behind the button and in what it gives', async () => {
    const { app: invited, invite } = invitedApp()
    const { token } = await invite({ downloads: 20 }, { language: 'de' })
    const { status, headers } = await request(invited).post(`/i/${token}?language=sv-FI`)
    expect([status, headers['location']]).toEqual([303, `/i/${token}?show&language=sv`])
    const { text } = await page(
      headers['location'] ?? '',
      { 'User-Agent': IPHONE.userAgent },
      invited,
    )
    const files = attributes(text, 'href').filter((href) => href.includes('/formats/'))
    expect(files.length).toBeGreaterThan(1)
    for (const href of files) expect(href).toMatch(/\?language=sv\b/)
    expect(chooser(text)[0]).toBe('?language=en&show')
  })
})

describe('what runs in the other direction', () => {
  const NAME = 'نور (أحمد)'
  const arabic = SETUP.replace('name=Ann', `name=${encodeURIComponent(NAME)}`)

  it('keeps to itself: a name in Arabic on an English page', async () => {
    const { text } = await page(arabic)
    expect(text).toContain(`<code dir="auto" data-copy>${NAME}</code>`)
    const outside = text.split(NAME)
    expect(outside.length).toBeGreaterThan(1)
    for (const before of outside.slice(0, -1)) expect(before).toMatch(/(?:<bdi>|dir="auto"[^>]*>)$/)
  })

  it('keeps to itself: an address and an English name on an Arabic page', async () => {
    const { text, dir } = await page(`${SETUP}&language=ar`)
    expect(dir).toBe('rtl')
    expect(text).toContain('<bdi>ann@btinternet.com</bdi></h1>')
    for (const [element] of text.matchAll(/<code[^>]*>/g))
      expect(element).toMatch(/ dir="(?:ltr|auto)"/)
    // No invisible character in what people copy, or in what a screen reader reads.
    expect(text).not.toMatch(/[\u2066-\u2069\u200e\u200f]/)
  })

  it('is typed in its own direction', async () => {
    const typed = `/setup?address=x&name=${encodeURIComponent(NAME)}&language=ar`
    const { text } = await page(typed)
    const inputs = [...text.matchAll(/<input\s[^>]*>/g)].map(([input]) => input)
    expect(inputs.find((input) => input.includes('id="address"'))).toContain('dir="ltr"')
    expect(inputs.find((input) => input.includes('id="name"'))).toMatch(/dir="auto"[^]*value="نور/)
  })
})

describe('the page of another device', () => {
  it.each([
    ['iphone', 'Set up ann@btinternet.com on this iPhone'],
    ['ipad', 'Set up ann@btinternet.com on this iPad'],
    ['mac', 'Set up ann@btinternet.com on this Mac'],
    ['android', 'Which app do you read mail with?'],
    ['other', 'Point your phone’s camera here'],
  ])('is shown to whoever asks for it: %s', async (device, words) => {
    for (const userAgent of ['', IPHONE.userAgent]) {
      const { text } = await page(`${SETUP}&device=${device}`, { 'User-Agent': userAgent })
      expect(readable(text)).toContain(words)
    }
  })

  it('is the page of the device that asks where there is no such device', async () => {
    const { text } = await page(`${SETUP}&device=toaster`, { 'User-Agent': IPHONE.userAgent })
    expect(readable(text)).toContain('on this iPhone')
    const { status } = await request(app).get(`${SETUP}&device=mac&device=ipad`)
    expect(status).toBe(400)
  })

  it('is to be had for an invitation, too', async () => {
    const { app: invited, invite } = invitedApp()
    const { token } = await invite()
    const { text } = await page(`/i/${token}?show&device=android`, {}, invited)
    expect(readable(text)).toContain('Which app do you read mail with?')
    expect(attributes(text, 'href')).toContain(`/i/${token}?show&device=iphone`)
  })
})

describe('the search for a provider', () => {
  const found = async (query: string) => {
    const { text } = await page(`/?${query}`)
    const [, names = ''] = /<ul>([^]*?)<\/ul>/.exec(text) ?? []
    return { text, names: readable(names.replaceAll('</li>', ' ')) }
  }

  it('finds names and domains, whatever their letters and accents', async () => {
    expect((await found('provider=posteo')).names).toBe('Posteo')
    expect((await found('provider=POSTEO.de')).names).toBe('Posteo')
    expect((await found('provider=p%C3%B3st%C3%AAo')).names).toBe('Posteo')
    expect((await found('provider=btinternet')).names).toBe('BT Mail')
  })

  it('says what it has not found, and how to go on', async () => {
    const { text, names } = await found('provider=nothing-of-the-kind')
    expect(names).toBe('')
    expect(text).toMatch(/<details id="providers" open>/)
    expect(readable(text)).toContain(
      'No provider of this name is known here. Try your address all the same.',
    )
  })

  it('is folded away where nothing was searched for', async () => {
    const { text } = await found('')
    expect(text).toMatch(/<details id="providers">/)
    expect(readable(text)).not.toContain('No provider of this name')
  })

  it('shows what was typed, and only shows it', async () => {
    const { text } = await found(`provider=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(text).not.toContain('<script>alert')
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;')
  })
})
