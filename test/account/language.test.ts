import { describe, expect, it } from 'vitest'
import { parseLanguage } from '../../src/account/language.js'

describe('parseLanguage', () => {
  it.each([
    ['de', 'de'],
    ['DE-ch', 'de-CH'],
    ['zh-hans-cn', 'zh-Hans-CN'],
    ['gsw', 'gsw'],
    ['iw', 'he'],
  ])('takes %s as %s', (text, tag) => {
    expect(parseLanguage(text)).toBe(tag)
  })

  // BCP 47 would allow five to eight letters for a language; none was ever registered (RFC 5646 section 2.2.1).
  it.each([
    '',
    'd',
    'de_CH',
    'Deutsch',
    'english',
    'deut',
    'français',
    'x-own',
    `de-${'a1234567-'.repeat(4)}`,
  ])('refuses %s', (text) => {
    expect(() => parseLanguage(text, 'lang')).toThrow(
      expect.objectContaining({ code: 'invalid_request', field: 'lang' }) as Error,
    )
  })
})
