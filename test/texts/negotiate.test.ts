import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LANGUAGES, type Tag } from '../../src/texts/languages.js'
import { chooseLanguage, matchTag } from '../../src/texts/negotiate.js'

// What browsers send, and what nobody should.
const HEADERS: readonly (readonly [header: string, expected: Tag | 'fallback'])[] = [
  // Safari for iOS and macOS
  ['de-DE,de;q=0.9', 'de'],
  ['de-CH,de-DE;q=0.9,de;q=0.8', 'de'],
  ['zh-TW,zh-Hant;q=0.9', 'zh-Hans'],
  ['zh-CN,zh-Hans;q=0.9', 'zh-Hans'],
  ['ar', 'ar'],
  // Chrome
  ['pt-PT,pt;q=0.9,en-US;q=0.8,en;q=0.7', 'pt-BR'],
  ['pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7', 'pt-BR'],
  ['zh-HK,zh;q=0.9,en-US;q=0.8,en;q=0.7', 'zh-Hans'],
  ['nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6,en;q=0.5', 'en'],
  ['da-DK,da;q=0.9,en-US;q=0.8,en;q=0.7', 'en'],
  ['uk-UA,uk;q=0.9,ru;q=0.8,en-US;q=0.7,en;q=0.6', 'uk'],
  ['ru-RU,ru;q=0.9', 'fallback'],
  ['hi-IN,hi;q=0.9,en-IN;q=0.8,en-GB;q=0.7', 'hi'],
  ['es-419,es;q=0.9', 'es'],
  ['fil-PH,fil;q=0.9,en-US;q=0.8', 'en'],
  // Firefox
  ['en-US,en;q=0.5', 'en'],
  ['ca,es-ES;q=0.8,es;q=0.5,en-US;q=0.3,en;q=0.2', 'es'],
  ['nl-BE, nl ; q=0.8 , fr-BE;q=0.5', 'nl'],
  // older and rarer names
  ['deu', 'de'],
  ['cmn-Hans-CN', 'zh-Hans'],
  ['de_AT', 'de'],
  ['DE-at-1996', 'de'],
  ['sr-Latn-RS', 'fallback'],
  // weights
  ['en;q=0.2, sv;q=0.9, fr;q=0.3', 'sv'],
  ['en;q=0.5,fr;q=0.5', 'en'],
  ['de;q=0, fr;q=0.1', 'fr'],
  ['pt-PT, pt-BR;q=0, es;q=0.1', 'es'],
  ['zh, zh-Hans;q=0', 'fallback'],
  ['it;q=1.000', 'it'],
  // what is no preference, or no header
  ['', 'fallback'],
  ['*', 'fallback'],
  ['*;q=0.5, ja;q=0.1', 'ja'],
  ['*;q=0', 'fallback'],
  ['de;q=2, fr;q=nan, ja;q=', 'fallback'],
  ['de;q=0.5;level=1, tr', 'tr'],
  [';;,,q=1,-,--,de-,x,i-klingon, pl', 'pl'],
  ['__proto__, constructor, it', 'it'],
  [`${'x'.repeat(40)}, it`, 'it'],
  [`${'aa,'.repeat(400)}it`, 'fallback'],
  ['ｄｅ, fr', 'fr'],
]

describe('the language of a page', () => {
  it.each(HEADERS)('%s gives %s', (header, expected) => {
    const chosen = [
      chooseLanguage({ header, fallback: 'en' }),
      chooseLanguage({ header, fallback: 'ja' }),
    ]
    expect(chosen).toEqual(expected === 'fallback' ? ['en', 'ja'] : [expected, expected])
  })

  it('is the one asked for, the browser’s, the invitation’s, the tenant’s, in this order', () => {
    const wishes = { asked: 'de-CH', header: 'fr-CA', own: 'es-MX', fallback: 'it' } as const
    expect(chooseLanguage(wishes)).toBe('de')
    expect(chooseLanguage({ ...wishes, asked: undefined })).toBe('fr')
    expect(chooseLanguage({ ...wishes, asked: 'xx' })).toBe('fr')
    expect(chooseLanguage({ ...wishes, asked: '', header: 'xx' })).toBe('es')
    expect(chooseLanguage({ ...wishes, asked: '\0', header: undefined, own: '../de' })).toBe('it')
  })

  it('is one of those there are', () => {
    const among = ['en', 'fr'] as const
    expect(chooseLanguage({ asked: 'de', header: 'ja, fr', fallback: 'en', among })).toBe('fr')
  })

  it('is found by its own tag in any letter case, and in another region', () => {
    for (const { tag } of LANGUAGES) {
      expect(matchTag(tag)).toBe(tag)
      expect(matchTag(tag.toUpperCase())).toBe(tag)
      expect(matchTag(`${tag.split('-')[0] ?? ''}-001`)).toBe(tag)
    }
  })

  it('is always one there is, whatever the browser sends', () => {
    const tags = LANGUAGES.map(({ tag }) => tag)
    const piece = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('de', 'zh-TW', 'en-US', '*', ';q=', '0.5', ',', '-', '_', ' ', 'x-', ';q=0'),
    )
    const header = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(header, header, fc.constantFrom(...tags), (sent, asked, fallback) => {
        expect(tags).toContain(chooseLanguage({ asked, header: sent, own: sent, fallback }))
      }),
    )
  })

  it('is never one that was refused', () => {
    const tags = LANGUAGES.map(({ tag }) => tag)
    const member = fc
      .tuple(fc.constantFrom(...tags), fc.constantFrom('', ';q=0', ';q=0.5', ';q=1'))
      .map(([tag, weight]) => ({ tag, weight }))
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: ({ tag }) => tag }), (members) => {
        const header = members.map(({ tag, weight }) => `${tag}${weight}`).join(', ')
        const weighty = members.filter(({ weight }) => weight !== ';q=0').map(({ tag }) => tag)
        const chosen = chooseLanguage({ header, fallback: 'en' })
        expect(weighty.length === 0 ? ['en'] : weighty).toContain(chosen)
      }),
    )
  })
})
