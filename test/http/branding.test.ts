import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contrast, MIN_CONTRAST, readable, readableOver } from '../../src/encoding/color.js'
import type { MailProfileError } from '../../src/errors.js'
import { brandStyle } from '../../src/http/pages/branding.js'
import { parseLogo } from '../../src/http/pages/picture.js'
import { get, testApp } from '../support/app.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="9" height="9"/></svg>'
const logo = (svg: string) => parseLogo(Buffer.from(svg), 'logo.svg')
const png = (width: number, height: number) => {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return parseLogo(bytes, 'logo.png')
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

const html = { Accept: 'text/html' }
const page = async (app: ReturnType<typeof testApp>, path = '/') =>
  (await get(app, path, html)).body.toString('utf8')

function refusal(work: () => unknown): MailProfileError {
  try {
    work()
  } catch (error) {
    return error as MailProfileError
  }
  throw new Error('It was not refused.')
}

describe('a colour', () => {
  // From the examples of WCAG 2.2 and https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio by hand.
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#ffff00', '#ffffff', 1.07],
  ])('%s on %s has a contrast of %f', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 1)
    expect(contrast(other, one)).toBeCloseTo(ratio, 1)
  })

  it.each(['#ffee00', '#7a1fa2', '#ffffff', '#000000', '#ff8800'])(
    '%s becomes readable',
    (color) => {
      for (const on of ['#ffffff', '#101413']) {
        expect(contrast(readable(color, on), on)).toBeGreaterThanOrEqual(MIN_CONTRAST)
      }
      expect(contrast(color, readableOver(color))).toBeGreaterThanOrEqual(MIN_CONTRAST)
    },
  )

  it('that is readable stays as it is', () => {
    expect(readable('#7a1fa2', '#ffffff')).toBe('#7a1fa2')
    expect(brandStyle({ color: '#7a1fa2' })).toContain('--brand: #7a1fa2;--on-brand: #ffffff')
    expect(brandStyle({})).toBe('')
  })
})

describe('a logo', () => {
  it('is shown in the height of a line, and no wider than a third of a phone', () => {
    expect(logo(SVG)).toMatchObject({ name: 'logo.svg', width: 96, height: 32 })
    expect(logo('<svg width="20" height="40px"/>')).toMatchObject({ width: 16, height: 32 })
    expect(png(1800, 100)).toMatchObject({ name: 'logo.png', width: 180, height: 10 })
  })

  it.each([
    ['text', 'neither an SVG nor a PNG'],
    ['<html/>', 'neither an SVG nor a PNG'],
    ['<svg/>', 'how large'],
    ['<svg viewBox="0 0 0 0"/>', 'how large'],
    ['<svg viewBox="0 0 Infinity 20"/>', 'how large'],
    ['<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>', '<script>'],
    ['<svg viewBox="0 0 1 1"><s:script xmlns:s="http://www.w3.org/2000/svg"/></svg>', '<script>'],
    ['<svg viewBox="0 0 1 1"><g><foreignObject/></g></svg>', '<foreignobject>'],
    ['<svg viewBox="0 0 1 1" onload="alert(1)"/>', 'onload'],
    ['<svg viewBox="0 0 1 1"><image href="https://evil.example/x.png"/></svg>', 'a link'],
    ['<svg viewBox="0 0 1 1"><use xlink:href="other.svg#x"/></svg>', 'a link'],
    ['<svg viewBox="0 0 1 1"><image href="data:image/svg+xml;base64,x"/></svg>', 'a link'],
    ['<svg viewBox="0 0 1 1"><path fill="url(https://evil.example/#a)"/></svg>', 'a link'],
    ['<svg viewBox="0 0 1 1"><path style="mask: URL( \'//evil.example\' )"/></svg>', 'a link'],
    ['<svg viewBox="0 0 1 1"><style>@import "//evil.example";</style></svg>', 'a link'],
    ['<svg viewBox="0 0 1 1"><style><![CDATA[a{b:url(//evil.example)}]]></style></svg>', 'a link'],
    ['<?xml-stylesheet href="//evil.example"?><svg viewBox="0 0 1 1"/>', 'a style sheet'],
    ['<svg viewBox="0 0 1 1"><h:embed xmlns:h="http://www.w3.org/1999/xhtml"/></svg>', '<embed>'],
  ])('%s is refused', (svg, why) => {
    expect(refusal(() => logo(svg))).toMatchObject({
      code: 'invalid_configuration',
      field: 'branding.logo',
      message: expect.stringContaining(why) as string,
    })
  })

  it.each([
    '<use href="#a"/>',
    '<image href="data:image/png;base64,AAAA"/>',
    '<style>.a { fill: url( "#b" ) }</style>',
    '<path fill="url(#b)" style="fill: url(\'#b\')"/>',
  ])('may hold %s', (part) => {
    expect(logo(`<svg viewBox="0 0 2 1">${part}</svg>`)).toMatchObject({ width: 64, height: 32 })
  })
})

describe('a picture of an operator’s', () => {
  const sent = async (picture: Buffer) => {
    const app = testApp({ branding: { logo: parseLogo(picture, 'logo.svg') } })
    return (await get(app, '/public/logo.svg')).body.toString('utf8')
  }

  // As Inkscape writes them: one attribute in a line, and numbers over several.
  it('keeps its line breaks, which may be all that parts two words', async () => {
    const svg = '<svg\n   viewBox="0 0 2 1"\n   id="a">\n<polyline points="0,0\n 1,1"/></svg>'
    expect(await sent(Buffer.from(svg))).toBe(svg)
    const icon = folderOf({ 'public/icon.svg': svg, 'public/style.css': 'a { color:\n  red }' })
    const app = testApp({ templates: icon })
    expect((await get(app, '/public/icon.svg')).body.toString('utf8')).toBe(svg)
    expect((await get(app, '/public/style.css')).body.toString('utf8')).toContain('color:\n  red')
  })

  it.each([
    ['utf16le', 'UTF-16'],
    ['latin1', 'ISO-8859-1'],
  ] as const)('written in %s is sent in UTF-8', async (encoding, declared) => {
    const svg = '<svg viewBox="0 0 2 1"><title>Käse</title></svg>'
    const written = `<?xml version="1.0" encoding="${declared}"?>\n${svg}`
    expect(await sent(Buffer.from(written, encoding))).toBe(svg)
  })

  it('is a file: a folder of such a name is not there', async () => {
    const app = testApp({ templates: folderOf({ 'public/fonts.old/a.css': '' }) })
    expect((await get(app, '/public/fonts.old')).status).toBe(404)
  })
})

describe('pages with branding', () => {
  const app = testApp({
    branding: {
      color: '#7a1fa2',
      logo: logo(SVG),
      imprint: 'https://example.com/imprint',
      privacy: 'https://example.com/privacy',
    },
    language: 'de',
  })

  it('have the logo with its size, the links, and the language of the operator', async () => {
    const body = await page(app)
    expect(body).toMatch(
      /<img src="\/public\/logo\.svg\?v=[0-9a-f]{12}" width="96" height="32" alt="">/,
    )
    expect(body).toContain('href="https://example.com/imprint" rel="noreferrer">Impressum')
    expect(body).toContain('href="https://example.com/privacy" rel="noreferrer">Datenschutz')
    expect(body).toContain('<html lang="de"')
    expect((await get(app, '/', { ...html, 'Accept-Language': 'fr' })).body.toString()).toContain(
      '<html lang="fr"',
    )
  })

  it('have the colour after those that ship', async () => {
    const { body } = await get(app, '/public/style.css')
    const css = body.toString('utf8')
    expect(css.lastIndexOf('--brand:#7a1fa2')).toBeGreaterThan(css.indexOf('--brand:#0b6353'))
    // What is printed stays black.
    expect(css.lastIndexOf('--brand:#000')).toBeGreaterThan(css.lastIndexOf('--brand:#7a1fa2'))
  })

  it('serve the logo as a picture, and none without one', async () => {
    const { headers, body } = await get(app, '/public/logo.svg')
    expect(headers['content-type']).toMatch(/^image\/svg\+xml/)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(body.toString('utf8')).toBe(SVG)
    expect((await get(testApp(), '/public/logo.svg')).status).toBe(404)
  })
})

describe('a notice', () => {
  const SETUP = '/setup?address=ann@btinternet.com'
  const noticesOn = async (
    app: ReturnType<typeof testApp>,
    path: string,
    language = 'en',
  ): Promise<readonly (string | undefined)[]> => {
    const { body } = await get(app, path, { ...html, 'Accept-Language': language })
    return [
      ...body.toString('utf8').matchAll(/<p class="note screen" (dir="auto"[^]*?)<\/p>/g),
    ].map(([, notice]) => notice)
  }
  const inTwo = { de: 'Wir ziehen um.', uk: 'Ми переїжджаємо.' }

  it.each(['iphone', 'ipad', 'mac', 'android', 'other'])(
    'stands once below what there is to do: %s',
    async (device) => {
      const app = testApp({ branding: { notice: 'We are moving.' } })
      expect(await noticesOn(app, `${SETUP}&device=${device}`)).toEqual([
        'dir="auto">We are moving.',
      ])
      const whole = await page(app, `${SETUP}&device=${device}`)
      const action =
        device === 'other' ? 'setup/qr.png' : device === 'android' ? 'app-other' : 'class="button"'
      expect(whole.indexOf('We are moving.')).toBeGreaterThan(whole.indexOf(action))
    },
  )

  it('stands on the form, below its button, and nowhere else', async () => {
    const app = testApp({ branding: { notice: 'We are moving.' } })
    expect(await noticesOn(app, '/')).toHaveLength(1)
    const home = await page(app)
    expect(home.indexOf('We are moving.')).toBeGreaterThan(home.indexOf('type="submit"'))
    expect(await noticesOn(app, '/nothing')).toEqual([])
    expect(await noticesOn(testApp(), '/')).toEqual([])
  })

  it.each([
    // In the page's language, then in the server's own, then in the first there is.
    ['de', 'uk', 'dir="auto">Wir ziehen um.'],
    ['de-CH', 'uk', 'dir="auto">Wir ziehen um.'],
    ['fr', 'uk', 'dir="auto" lang="uk">Ми переїжджаємо.'],
    ['fr', 'ja', 'dir="auto" lang="de">Wir ziehen um.'],
    ['ar', 'de', 'dir="auto" lang="de">Wir ziehen um.'],
  ] as const)('is in the nearest language: for %s at a server of %s', async (asked, own, shown) => {
    const app = testApp({ branding: { notice: inTwo }, language: own })
    expect(await noticesOn(app, '/', asked)).toEqual([shown])
  })

  it('that is text alone is in the language of the server', async () => {
    const app = testApp({ branding: { notice: 'Wir ziehen um.' }, language: 'de' })
    expect(await noticesOn(app, '/', 'de')).toEqual(['dir="auto">Wir ziehen um.'])
    expect(await noticesOn(app, '/', 'ar')).toEqual(['dir="auto" lang="de">Wir ziehen um.'])
  })

  it('is never markup', async () => {
    const app = testApp({ branding: { notice: '<b onclick="x">&amp;</b> {{x}} <%= 1 %>' } })
    expect(await noticesOn(app, '/')).toEqual([
      'dir="auto">&lt;b onclick=&quot;x&quot;&gt;&amp;amp;&lt;/b&gt; {{x}} &lt;%= 1 %&gt;',
    ])
  })
})

describe('an own folder of templates', () => {
  it('wins file by file, and message by message', async () => {
    const app = testApp({
      templates: folderOf({
        'locales/en.json': '{ "home": { "title": "Hello members" } }',
        'pages/parts/devices.eta': '<p>Own part</p>',
        'public/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
        'public/.hidden': 'no',
      }),
    })
    const home = await page(app)
    expect(home).toContain('<h1>Hello members</h1>')
    expect(home).toContain('Mail address')
    expect(await page(app, '/setup?address=ann@btinternet.com')).toContain('<p>Own part</p>')
    expect((await get(app, '/public/icon.svg')).body.toString()).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
    )
    expect((await get(app, '/public/.hidden')).status).toBe(404)
  })

  it.each([
    [{ 'pages/home.eta': '<% if (x { %>' }, 'pages/home.eta: '],
    [{ 'pages/hime.eta': '' }, 'pages/hime.eta: No page asks for a template of this name.'],
    [{ 'locales/en.json': '{ "home": {\n "title": "{who}" } }' }, 'locales/en.json:2:'],
    [{ 'locales/en.json': '{ "home" }' }, 'locales/en.json:1:'],
    [{ 'locales/xx.json': '{}' }, 'locales/xx.json is named for no language'],
    [{ pages: '' }, 'pages is no folder.'],
    [{ public: '' }, 'public is no folder.'],
  ])('that is broken is refused at the start: %j', (files, why) => {
    expect(refusal(() => testApp({ templates: folderOf(files) }))).toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(why) as string,
    })
  })
  it('that is not there is refused, as a mistake in its name', () => {
    const folder = folderOf({ file: '' })
    for (const [name, why] of [
      ['nowhere', 'is not there.'],
      ['file', 'is no folder.'],
    ] as const) {
      expect(refusal(() => testApp({ templates: join(folder, name) }))).toMatchObject({
        code: 'invalid_configuration',
        field: 'templates',
        message: `${join(folder, name)} ${why}`,
      })
    }
  })
})
