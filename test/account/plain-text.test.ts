import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible } from '../../src/account/visible.js'
import { isPlainText, parsePlainText, replaceHidden } from '../../src/account/plain-text.js'
import { parseSecret } from '../../src/account/secret.js'

/** What scripts need, each in a word that has it. */
const NEEDED: Readonly<Record<string, string>> = {
  'Persian, ZWNJ between letters': 'می\u200Cخواهم',
  'Persian, ZWJ between letters': 'ه\u200Dب',
  'Persian, ZWNJ after a mark': 'نامهٔ\u200Cمن',
  'Hindi, ZWNJ after the virama': 'क्\u200Cष',
  'Hindi, ZWJ after the virama': 'क्\u200Dष',
  'Marathi, the eyelash ra': 'दर्\u200Dया',
  'Malayalam, a chillu at the end of a word': 'അവന്\u200D',
  'Sinhala, rakaransaya': 'ශ්\u200Dරී ලංකා',
  'Bengali, ya-phalaa after ra': 'র\u200D্যাব',
  'Mongolian, the vowel separator': 'ᠬᠠᠭᠠᠨ\u180Eᠠ',
  'Mongolian, a free variation selector': 'ᠭ\u180Bᠠ',
  'Japanese, a form of a character': '葛\u{E0100}城',
  'Japanese, an ideographic space': '山田\u3000太郎',
  'French, a no-break space': 'Zoë\u00A0!',
  'Vietnamese, combining marks': 'Nguye\u0302\u0303n',
  'Hebrew, points': 'שָׁלוֹם',
  Thai: 'สมชาย',
  'Korean, jamo': '\u1112\u1161\u11AB',
  'emoji, presentation': '❤\uFE0F',
  'emoji, text presentation': '☎\uFE0E',
  'emoji, a keycap': '1\uFE0F\u20E3',
  'emoji, a family': '👨\u200D👩\u200D👧',
  'emoji, a skin tone': '👩🏽\u200D💻',
  'emoji, a coloured flag': '🏳\uFE0F\u200D🌈',
  'a sign that could be an emoji': 'Example®',
}

/** The same characters where nothing needs them, and those that nothing needs. */
const HIDDEN: Readonly<Record<string, string>> = {
  'ZWNJ in Latin': 'Ann\u200CExample',
  'ZWJ in Latin': 'Ann\u200DExample',
  'ZWNJ between an Arabic and a Latin letter': 'م\u200CA',
  'two ZWNJ': 'می\u200C\u200Cخواهم',
  'ZWNJ at the end': 'می\u200C',
  'ZWNJ at the beginning': '\u200Cمی',
  'ZWJ after a space': 'क \u200Dष',
  'two ZWJ after a virama': 'क्\u200D\u200Dष',
  'ZWJ between letters of Hindi without a virama': 'क\u200Dष',
  'a Mongolian selector in Latin': 'A\u180B',
  'a form of a Latin letter': 'A\uFE00',
  'two forms of a Han character': '葛\u{E0100}\u{E0101}',
  'a presentation selector after a digit': '1\uFE0F',
  'a presentation selector after a letter': 'A\uFE0F',
  'two presentation selectors': '❤\uFE0F\uFE0F',
  'ZWJ after the last emoji': '👩\u200D',
  'right-to-left override': 'Ann \u202Egro.live@',
  'left-to-right override': '\u202DAnn',
  'an embedding': '\u202AAnn\u202C',
  'an isolate': '\u2066Ann\u2069',
  'right-to-left mark': 'Ann\u200F',
  'left-to-right mark': 'Ann\u200E',
  'Arabic letter mark': 'م\u061C',
  'soft hyphen': 'Pay\u00ADPal',
  'combining grapheme joiner': 'a\u034Fb',
  'zero width space': 'Ann\u200BExample',
  'word joiner': 'Ann\u2060Example',
  'invisible times': 'a\u2062b',
  'byte order mark': '\uFEFFAnn',
  'Hangul choseong filler': '\u115F',
  'Hangul jungseong filler': '\u1160',
  'Hangul filler': 'Ann\u3164',
  'halfwidth Hangul filler': '\uFFA0',
  'Khmer inherent vowel': 'ក\u17B4',
  'a tag': 'Ann\u{E0041}',
  'a flag of tags': '🏴\u{E0067}\u{E0062}\u{E007F}',
  'language tag': '\u{E0001}',
  'a variation selector of nothing': '\u{E0100}',
  'musical beam': '\u{1D173}',
  'shorthand overlap': '\u{1BCA0}',
  'an unassigned one that is ignored': '\uFFF0',
  'interlinear annotation': 'a\uFFF9b\uFFFAc\uFFFB',
  'empty Braille': '\u2800',
  'line separator': 'a\u2028b',
  'paragraph separator': 'a\u2029b',
  'a control': 'a\u0007b',
  delete: 'a\u007Fb',
  'a C1 control': 'a\u009Bb',
  'a lone surrogate': 'a\uD800',
}

const LIKE_AT = { 'full width': 'ann＠example.com', small: 'ann﹫example.com' }

describe('plain text', () => {
  it.each(Object.entries(NEEDED))('keeps what is needed: %s', (_name, text) => {
    expect(isPlainText(text)).toBe(true)
    expect(isPlainText(`Ann ${text}`)).toBe(true)
    expect(replaceHidden(text, () => '?')).toBe(text)
  })

  it.each(Object.entries(HIDDEN))('refuses %s', (_name, text) => {
    expect(isPlainText(text)).toBe(false)
    expect(replaceHidden(text, () => '?')).toContain('?')
    expect(isPlainText(replaceHidden(text, () => '?'))).toBe(true)
    expect(() => parsePlainText(text, 'name', 200)).toThrow(/^The value of name holds/)
  })

  it.each(Object.entries(LIKE_AT))('refuses an @ that is %s', (_name, text) => {
    expect(isPlainText(text)).toBe(false)
  })

  it('takes every letter, number and visible mark by itself', () => {
    for (let code = 0x21; code < 0x30000; code++) {
      const character = String.fromCodePoint(code)
      if (!/^[\p{L}\p{N}\p{S}\p{P}]$/u.test(character)) continue
      if (/[\p{Default_Ignorable_Code_Point}\uFE6B\uFF20\u2800]/u.test(character)) continue
      if (!isPlainText(character)) expect(`U+${code.toString(16)}`).toBe('plain')
    }
  })

  it('leaves nothing hidden in whatever is given, and ends in a time that grows with it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const shown = replaceHidden(text, () => '?')
        expect(shown).not.toMatch(/[\p{Bidi_Control}\p{Cc}\p{Cs}]/u)
      }),
      { numRuns: 300 },
    )
    for (const unit of [
      'क्',
      '\u200D',
      'क\u0301',
      'م\u200C',
      '👩\u200D',
      '\u1820\u180B',
      '\u034F',
    ]) {
      replaceHidden(unit.repeat(100_000), () => '?')
    }
  })

  it('judges characters that need no looking as all others', () => {
    for (let code = 0; code < 0x10000; code++) {
      const character = String.fromCharCode(code)
      // The ideograph is not among those.
      const alone = [isPlainText(character), replaceHidden(character, () => '?')]
      const looked = [isPlainText(`${character}中`), replaceHidden(`${character}中`, () => '?')]
      const expected = [looked[0], String(looked[1]).replace('中', '')]
      if (String(alone) !== String(expected)) expect([code.toString(16), alone]).toEqual(expected)
    }
  })

  it('prints lines as lines, and what hides in them as JSON writes it', () => {
    expect(visible('“a”\nb\u202Ec\r\n\n\u001B[1mمی\u200Cخواهم\u200C\n')).toBe(
      '“a”\nb\\u202ec\\u000d\n\n\\u001b[1mمی\u200Cخواهم\\u200c\n',
    )
  })

  it('is not asked of secrets', () => {
    for (const [name, text] of [...Object.entries(NEEDED), ...Object.entries(LIKE_AT)]) {
      expect([name, parseSecret(text).reveal()]).toEqual([name, text])
    }
    for (const text of ['a\u200Bb', 'a\u202Eb', 'a\u00ADb', '\u3164', 'a\u{E0041}']) {
      expect(parseSecret(text).reveal()).toBe(text)
    }
  })
})
