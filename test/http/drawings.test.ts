import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readXml, type XmlNode } from '../../src/encoding/read-xml.js'
import { drawnIn, isDrawing } from '../../src/http/pages/drawing.js'
import { createTexts } from '../../src/texts/texts.js'
import { get, testApp } from '../support/app.js'

const PUBLIC = fileURLToPath(new URL('../../templates/public/', import.meta.url))
const drawings = readdirSync(PUBLIC)
  .filter((name) => name.endsWith('.svg'))
  .map((name) => [name, readFileSync(`${PUBLIC}${name}`, 'utf8')] as const)
  .filter(([, svg]) => isDrawing(svg))
const texts = createTexts()
const wordsIn = (node: XmlNode): string[] =>
  node.name === 'text' ? [node.text] : node.elements.flatMap(wordsIn)

describe.each(drawings)('%s', (_name, svg) => {
  it('says in English what its messages say', () => {
    const said = wordsIn(readXml(drawnIn(svg, texts.in('en'))))
    // Lines may break elsewhere.
    expect(said.join(' ')).toBe(wordsIn(readXml(svg)).join(' '))
  })

  it.each(texts.languages.filter(({ tag }) => tag !== 'en'))(
    'has all its words in $tag, and no other ones',
    ({ tag, dir }) => {
      const drawn = readXml(drawnIn(svg, texts.in(tag)))
      expect(drawn.attributes['direction']).toBe(dir === 'rtl' ? 'rtl' : undefined)
      const words = wordsIn(drawn)
      expect(words).toHaveLength(wordsIn(readXml(svg)).length)
      expect(JSON.stringify(drawn)).not.toContain('data-')
    },
  )
})

describe('a drawing of an operator’s', () => {
  const start = '<?xml version="1.0"?>\n<!-- mine -->\n<svg\n   xmlns="http://www.w3.org/2000/svg"'
  const words = '<text x="4" data-say="save" data-max="90">Save</text></svg>'

  it('is mirrored though something stands before it', () => {
    const drawn = drawnIn(`${start}\n   width="96">${words}`, texts.in('ar'))
    expect(drawn).toMatch(/^<\?xml version="1.0"\?>/)
    expect(readXml(drawn).attributes).toMatchObject({ width: '96', direction: 'rtl' })
  })

  it('stays as it is where it does not say how wide it is', () => {
    const drawn = readXml(drawnIn(`${start} viewBox="0 0 96 9">${words}`, texts.in('ar')))
    expect(drawn.attributes).toEqual({
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: '0 0 96 9',
    })
  })
})

describe('a drawing', () => {
  it('is asked for in the language of the page, and kept for a year', async () => {
    const app = testApp()
    const userAgent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
    const page = await get(app, '/setup?address=ann@btinternet.com&language=de', {
      Accept: 'text/html',
      'User-Agent': userAgent,
    })
    const [, path = ''] = /src="([^"]*iphone-2[^"]*)"/.exec(page.body.toString('utf8')) ?? []
    const { headers, body } = await get(app, path.replaceAll('&amp;', '&'))
    expect(body.toString('utf8')).toContain('>Profil geladen<')
    expect(headers['cache-control']).toContain('immutable')
    // Its own version in another language is another picture.
    const other = await get(
      app,
      path.replaceAll('&amp;', '&').replace('language=de', 'language=fr'),
    )
    expect(other.headers['cache-control']).not.toContain('immutable')
  })
})
