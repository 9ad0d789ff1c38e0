import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { bidiLevels, directionOf, visualOrder } from '../../../src/batch/letters/text/bidi.js'
import { breaksIn } from '../../../src/batch/letters/text/breaks.js'
import { eastOf, Fonts } from '../../../src/batch/letters/text/fonts.js'
import { layOut, type Line } from '../../../src/batch/letters/text/lines.js'
import { clustersOf } from '../../../src/batch/letters/text/runs.js'
import { runs } from '../../support/runs.js'

let fonts: Fonts

beforeAll(async () => {
  fonts = await new Fonts().open()
})

async function linesOf(
  text: string,
  width: number,
  { direction = 'ltr', language = 'en' }: { direction?: 'ltr' | 'rtl'; language?: string } = {},
): Promise<Line[]> {
  const east = eastOf(language, text)
  await fonts.prepare(clustersOf(text), { ...east, isMono: false })
  const paragraph = { spans: [{ text, weight: 400 as const }], direction, language, east }
  return layOut(paragraph, width, fonts, new Set())
}

/** What stands in lines, from left to right. */
function seen(lines: readonly Line[]): string[] {
  return lines.map(({ pieces }) =>
    pieces
      .map(({ shaped }) => shaped.text)
      .join('')
      .trim(),
  )
}

describe('the order of words', () => {
  // Capital letters stand for such as run from right to left, as in UAX #9.
  it.each([
    ['ltr', 'car is THE CAR in arabic', 'car is CAR THE in arabic'],
    ['rtl', 'THE CAR is 12 kg HEAVY', 'HEAVY is 12 kg CAR THE'],
  ] as const)('of %s text', async (direction, text, expected) => {
    const hebrew = (word: string) =>
      word.replace(/[A-Z]/g, (letter) => String.fromCharCode(0x5d0 + letter.charCodeAt(0) - 65))
    const words = text.replace(/[A-Z]+/g, hebrew)
    const [line = ''] = seen(await linesOf(words, 1e6, { direction }))
    const expectedWords = expected.replace(/[A-Z]+/g, hebrew)
    expect(line.replace(/ +/g, ' ')).toBe(expectedWords)
  })

  it('is that of levels', () => {
    const items = Array.from('abcdef', (name, i) => ({ name, level: [0, 1, 2, 2, 1, 0][i] ?? 0 }))
    expect(
      visualOrder(items)
        .map(({ name }) => name)
        .join(''),
    ).toBe('aecdbf')
  })

  it('keeps a name of another direction together, and its brackets', () => {
    const levels = bidiLevels('a \u2068אב (ג)\u2069, 12', 'ltr')
    expect([...levels.slice(-4)]).toEqual([0, 0, 0, 0])
    expect(directionOf('12 אב')).toBe('rtl')
    expect(directionOf('12')).toBe('ltr')
  })

  it('sets the space at the end of a line outside, where the line ends', async () => {
    const [first] = await linesOf('אבגד אבגד אבגד', 6000, { direction: 'rtl' })
    expect(first?.pieces[0]?.isSpace).toBe(true)
    expect(first?.overhang).toBeGreaterThan(0)
    const [latin] = await linesOf('abcd abcd abcd abcd', 6000)
    expect(latin?.pieces.at(-1)?.isSpace).toBe(true)
  })
})

describe('the ends of lines', () => {
  const parts = (text: string) => {
    let from = 0
    return breaksIn(text).map(({ position }) => {
      const part = text.slice(from, position)
      from = position
      return part
    })
  }

  it.each([
    ['ann@example.com is ready', ['ann@example.com ', 'is ', 'ready']],
    ['din e-post här', ['din ', 'e-post ', 'här']],
    ['Müller-Lüdenscheidt', ['Müller-', 'Lüdenscheidt']],
    ['3,5 kg, 12.50%', ['3,5 ', 'kg, ', '12.50%']],
    ['「山田」です。', ['「山', '田」', 'で', 'す。']],
    ['สวัสดีครับ', ['สวัสดี', 'ครับ']],
    ['a\nb', ['a\n', 'b']],
  ])('of %s', (text, expected) => {
    expect(parts(text)).toEqual(expected)
  })

  it('are never further than the width', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 3000, max: 30_000 }),
        fc.constantFrom('ltr' as const, 'rtl' as const),
        async (text, width, direction) => {
          const lines = await linesOf(text, width, { direction })
          // A single character may be wider: ﷽ is.
          const wide = lines.filter(
            (line) =>
              line.width > width && line.pieces.filter(({ isSpace }) => !isSpace).length > 1,
          )
          expect(wide).toEqual([])
        },
      ),
      { numRuns: runs(800) },
    )
  })

  it('show the hyphen of a word that is parted, and only there', async () => {
    const word = 'Einrich\u00adtung'
    expect(seen(await linesOf(word, 1e6))).toEqual(['Einrichtung'])
    expect(seen(await linesOf(word, 5000))).toEqual(['Einrich-', 'tung'])
  })
})

describe('the choice of fonts', () => {
  const faces = async (text: string, language = 'en') => {
    const lines = await linesOf(text, 1e6, { language })
    return lines.flatMap(({ pieces }) =>
      pieces.filter(({ isSpace }) => !isSpace).map(({ face }) => face.name),
    )
  }

  it.each([
    ['Łódź', 'en', ['NotoSans-Regular', 'NotoSans-Regular', 'NotoSans-Regular']],
    ['Ελένη', 'en', ['NotoSans-Regular']],
    ['Ґудзь', 'en', ['NotoSans-Regular']],
    ['محمد', 'en', ['NotoSansArabic-Regular']],
    ['שלום', 'en', ['NotoSansHebrew-Regular']],
    ['शर्मा', 'en', ['NotoSans-Regular']],
    ['ไทย', 'en', ['NotoSansThai-Regular']],
    ['김', 'en', ['NotoSansKr-Regular']],
    ['直', 'ja', ['NotoSansJp-Regular']],
    ['直', 'zh-Hans', ['NotoSansSc-Regular']],
    ['直', 'ko', ['NotoSansKr-Regular']],
    ['直', 'en', ['NotoSansSc-Regular']],
    ['“', 'en', ['NotoSans-Regular']],
    ['“', 'zh', ['NotoSansSc-Regular']],
  ])('for %s in %s', async (text, language, expected) => {
    const found = await faces(text, language)
    expect([...new Set(found)]).toEqual([...new Set(expected)])
  })

  it('goes by the script beside Han characters where the language says nothing', async () => {
    expect(await faces('山田さん')).toContain('NotoSansJp-Regular')
  })

  it('keeps a letter with its marks', async () => {
    const lines = await linesOf('g\u0303', 1e6)
    const glyphs = lines.flatMap(({ pieces }) => pieces.flatMap(({ shaped }) => shaped.glyphs))
    expect(lines.flatMap(({ pieces }) => pieces)).toHaveLength(1)
    expect(glyphs.every(({ id }) => id !== 0)).toBe(true)
  })
})
