import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openLetters } from '../../../src/batch/letters/open-letters.js'
import { LANGUAGES } from '../../../src/texts/languages.js'
import {
  complaintsAbout,
  infoOf,
  LETTER,
  OPTIONS,
  printLetters,
  structureOf,
  textsOf,
} from '../../support/printed-letters.js'
import { isMissing } from '../../support/programs.js'
import { inLongSuite, some } from '../../support/runs.js'

const isWithoutReaders = isMissing('pdfinfo') || isMissing('mutool')

/** A name in the script of each language, and in two others. */
const NAMES: Readonly<Record<string, string>> = {
  uk: 'Олена Ґудзь',
  ar: 'محمد عبد الله',
  hi: 'प्रिया शर्मा',
  ja: '髙橋 太郎',
  'zh-Hans': '王小明',
  en: 'Αθανάσιος Παπαδόπουλος',
  de: '김철수 (דוד)',
}

describe('a document of letters', () => {
  it.skipIf(isWithoutReaders).each(
    some(
      [
        ['letter', 'a4', 'din5008b'],
        ['letter', 'letter', 'us-10'],
        ['cards', 'a4', undefined],
        ['cards', 'letter', undefined],
      ] as const,
      2,
    ),
  )('opens without a complaint: %s on %s', async (layout, paper, envelope) => {
    const letters = LANGUAGES.map(({ tag }) => ({ language: tag, name: NAMES[tag] ?? 'Łukasz' }))
    const { pdf, added } = await printLetters(letters, { layout, paper, envelope })
    expect(complaintsAbout(pdf)).toEqual([])
    expect(added.flatMap(({ missing }) => missing)).toEqual([])
    const info = infoOf(pdf)
    expect(info.get('Tagged')).toBe('yes')
    expect(info.get('Title')).toBe('Letters from Example Mail')
    expect(info.get('Pages')).toBe(String(layout === 'letter' ? 15 : 3))
    expect(info.get('Page size')).toContain(paper === 'a4' ? '(A4)' : '(letter)')
  })

  it.skipIf(isWithoutReaders)('is read aloud as it is meant', async () => {
    const { pdf } = await printLetters([{}])
    expect(structureOf(pdf)).toMatchSnapshot()
  })

  it.skipIf(isWithoutReaders)(
    'has its text in order, in every script that runs from the left',
    async () => {
      const languages = LANGUAGES.filter(({ dir }) => dir === 'ltr')
      const { pdf } = await printLetters(languages.map(({ tag }) => ({ language: tag })))
      for (const [i, text] of textsOf(pdf).entries()) {
        const { text: say } = OPTIONS.texts.in(languages[i]?.tag ?? 'en')
        const flat = text.replace(/\s+/g, ' ')
        for (const key of [
          'letter.intro',
          'letter.scan',
          'letter.tap',
          'invitation.pass',
        ] as const) {
          // pdftotext takes a hyphen at the end of a line for one that was put there.
          expect(flat.replace(/[ -]/g, '')).toContain(say(key).replace(/[\s-]+/g, ''))
        }
        expect(flat).toContain(LETTER.url)
      }
    },
  )

  it.skipIf(isWithoutReaders)('has Arabic words whole', async () => {
    const { pdf } = await printLetters([{ language: 'ar', name: 'محمد عبد الله' }])
    const [text = ''] = textsOf(pdf)
    for (const word of ['محمد', 'عبد', 'الهاتف', 'البريد', 'كاميرا']) expect(text).toContain(word)
  })

  it('is the same file for the same letters at the same time', async () => {
    const letters = [{ name: 'Ann' }, { name: '山田', language: 'ja' }]
    const [one, other] = [await printLetters(letters), await printLetters(letters)]
    expect(one.pdf.equals(other.pdf)).toBe(true)
    const later = await printLetters(letters, { now: new Date('2026-11-29T12:00:00Z') })
    expect(later.pdf.equals(one.pdf)).toBe(false)
  })

  it.skipIf(isWithoutReaders)('can be without any letter', async () => {
    const { pdf } = await printLetters([])
    expect(complaintsAbout(pdf)).toEqual([])
    expect(infoOf(pdf).get('Pages')).toBe('1')
  })

  it.skipIf(isWithoutReaders)('takes nothing of a field for PDF', async () => {
    const hostile =
      ') Tj ET endstream endobj << /S /JavaScript /JS (app.alert(1)) >> %%EOF <feff> [/'
    const { pdf } = await printLetters([
      { name: hostile, address: `${hostile}@example.com`, postal: [hostile], language: hostile },
    ])
    expect(complaintsAbout(pdf)).toEqual([])
    expect(textsOf(pdf).join('')).toContain('/JavaScript')
    expect(pdf.includes('JavaScript')).toBe(false)
  })

  it('leaves as it is made, no faster than it is taken', async () => {
    const waiting: (() => void)[] = []
    let [written, isOpen] = [0, false]
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        written += chunk.length
        if (isOpen) done()
        else waiting.push(done)
      },
    })
    const opening = openLetters(slow, OPTIONS)
    await expect.poll(() => waiting.length).toBe(1)
    isOpen = true
    waiting.pop()?.()
    const letters = await opening
    for (let i = 0; i < 20; i++) await letters.add(LETTER)
    const before = written
    expect(before).toBeGreaterThan(20_000)
    isOpen = false
    let isAdded = false
    const adding = letters.add(LETTER).then(() => (isAdded = true))
    await expect.poll(() => waiting.length).toBe(1)
    expect(isAdded).toBe(false)
    isOpen = true
    waiting.pop()?.()
    await adding
    await letters.end()
    expect(written).toBeGreaterThan(before)
  })

  it('fails when its output does', async () => {
    const broken = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => done(new Error('No space left.')),
    })
    const attempt = async () => {
      const letters = await openLetters(broken, OPTIONS)
      for (let i = 0; i < 3; i++) await letters.add(LETTER)
      await letters.end()
    }
    await expect(attempt()).rejects.toThrow('No space left.')
  })

  // isMissing tells of it.
  if (!isWithoutReaders) {
    inLongSuite('has more pages than one branch of its tree', async () => {
      const letters = Array.from({ length: 131 }, (_, i) => ({ name: `Person ${i}` }))
      const { pdf } = await printLetters(letters)
      expect(complaintsAbout(pdf)).toEqual([])
      const texts = textsOf(pdf)
      expect(texts).toHaveLength(131)
      expect(texts.map((text) => /Hello (Person \d+),/.exec(text)?.[1])).toEqual(
        letters.map(({ name }) => name),
      )
    })
  }
})
