import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ENVELOPES, type EnvelopeName } from '../../../src/batch/letters/page/envelopes.js'
import { mm, PAPERS } from '../../../src/batch/letters/page/paper.js'
import { LANGUAGES } from '../../../src/texts/languages.js'
import {
  complaintsAbout,
  infoOf,
  LETTER,
  printLetters,
  wordsOf,
} from '../../support/printed-letters.js'
import { isMissing } from '../../support/programs.js'
import { runs } from '../../support/runs.js'

const isWithoutPoppler = isMissing('pdftotext') || isMissing('mutool')
const TAGS = LANGUAGES.map(({ tag }) => tag)

/** What a list of people may hold, and what it never should. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 3000 }),
  fc.constantFrom(
    'W'.repeat(5000),
    '\u0301'.repeat(3000),
    'ﷺ'.repeat(300),
    'ก็็็็็็็็็็็็็็'.repeat(40),
    '\u202e\u2066abc\u0000\n\n\n'.repeat(100),
    'अ'.repeat(900),
    '漢'.repeat(900),
    '\ud800',
    '👩‍👩‍👧‍👦'.repeat(100),
    'a@b '.repeat(500),
  ),
)

describe.skipIf(isWithoutPoppler)('a letter', () => {
  it('is one sheet whatever its values are, and all of it is on the sheet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          name: anyText,
          address: anyText,
          postal: fc.array(anyText, { maxLength: 12 }),
          passcode: fc.constantFrom('123456', undefined),
          language: fc.constantFrom(...TAGS),
        }),
        fc.record({ operator: anyText, contact: anyText }),
        fc.constantFrom('letter' as const, 'cards' as const),
        fc.constantFrom('a4' as const, 'letter' as const),
        fc.constantFrom(...(Object.keys(ENVELOPES) as EnvelopeName[]), undefined),
        async (letter, branding, layout, paper, envelope) => {
          const { pdf } = await printLetters([letter], { layout, paper, envelope, branding })
          expect(infoOf(pdf).get('Pages')).toBe('1')
          expect(complaintsAbout(pdf)).toEqual([])
          const { width, height } = PAPERS[paper]
          for (const { xMin, xMax, yMin, yMax } of wordsOf(pdf).flat()) {
            expect(xMin).toBeGreaterThan(0)
            expect(xMax).toBeLessThan(width)
            expect(yMin).toBeGreaterThan(0)
            expect(yMax).toBeLessThan(height)
          }
        },
      ),
      { numRuns: runs(160) },
    )
  })

  it.each([
    ['left', ['דוד כהן', 'Hauptstraße 6', '01582 Görlitz']],
    ['right', ['دار الكتب', '12 شارع النيل', 'القاهرة', 'EGYPT']],
    ['right', ['דוד כהן']],
  ])('has its address at the %s, as most of its lines run: %j', async (side, postal) => {
    const { pdf } = await printLetters([{ postal }], { envelope: 'din5008b' })
    const { window } = ENVELOPES.din5008b
    const words = wordsOf(pdf)
      .flat()
      .filter(({ yMin, yMax }) => yMin > window.y - 1 && yMax < window.y + window.height + 1)
    const left = Math.min(...words.map(({ xMin }) => xMin))
    const right = Math.max(...words.map(({ xMax }) => xMax))
    if (side === 'left') expect(left).toBeCloseTo(window.x, -1)
    else expect(right).toBeCloseTo(window.x + window.width, -1)
  })

  it.each(Object.entries(ENVELOPES))(
    'shows its address in the window of %s',
    async (name, envelope) => {
      const lines = [
        'Dr. Maximiliane Ypsilon-Übermäßig',
        'Hausmeisterei, Zimmer 12',
        'Schülergasse 12a',
        '12345 Größenwahn',
      ]
      const { pdf } = await printLetters([{ postal: lines }], {
        envelope: name as EnvelopeName,
        paper: name.startsWith('us') ? 'letter' : 'a4',
      })
      const [words = []] = wordsOf(pdf)
      const { x, y, width, height } = envelope.window
      const inside = words.filter((word) => word.yMin > y - 1 && word.yMax < y + height + 1)
      expect(inside.map(({ text }) => text).join(' ')).toBe(lines.join(' '))
      for (const word of inside) {
        expect(word.xMin).toBeGreaterThanOrEqual(x - 0.1)
        expect(word.xMax).toBeLessThanOrEqual(x + width + 0.1)
      }
      // What may show beside the address, however the sheet lies, is the sheet alone.
      const near = words.filter(
        (word) => !inside.includes(word) && word.yMax > y - mm(6) && word.yMin < y + height + mm(6),
      )
      expect(near).toEqual([])
    },
  )

  it('never shows the passcode in a window', async () => {
    const { pdf } = await printLetters([{ postal: undefined, name: undefined, passcode: '555666' }])
    const [words = []] = wordsOf(pdf)
    const code = words.find(({ text }) => text.includes('555'))
    expect(code?.yMin).toBeGreaterThan(ENVELOPES.din5008b.bodyTop)
  })

  it('keeps a link and a telephone number in pieces that can be typed', async () => {
    const url =
      'https://setup.a-rather-long-name.example.com/with/a/path/i/Ab3-xYz_Q9Ab3-xYzQ9Ab3x-A'
    const { pdf } = await printLetters([{ url }], { layout: 'cards' })
    const words = wordsOf(pdf).flat()
    const start = words.findIndex(({ text }) => text.startsWith('https://'))
    const pieces = words.slice(start, start + 3).map(({ text }) => text)
    expect(url.startsWith(pieces[0] ?? '')).toBe(true)
    expect(pieces[0]).toMatch(/[/A]$/)
    expect(
      words.some(
        ({ text }) => text.replaceAll('\u00a0', ' ') === '+44 20 7946 0000' || text === '+44',
      ),
    ).toBe(true)
  })

  it('says what no font has', async () => {
    const { added } = await printLetters([{ name: 'Ann 👩‍🚀 தமிழ்' }, { name: 'Ann' }])
    expect(added[0]?.missing).toContain('👩‍🚀')
    expect(added[0]?.missing).toContain('த')
    expect(added[1]?.missing).toEqual([])
  })

  it('is not made for a link that no code holds, and the next one is', async () => {
    const url = `https://example.com/${'x'.repeat(3000)}`
    await expect(printLetters([{ url }])).rejects.toMatchObject({ code: 'too_large' })
    expect(LETTER.url.length).toBeLessThan(100)
  })
})
