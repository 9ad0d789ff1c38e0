import { domainToASCII } from 'node:url'
import { describe, expect, it } from 'vitest'
import { shownAddress, shownDomain } from '../../src/account/shown-domain.js'

describe('a domain as people write it', () => {
  it.each([
    'example.com',
    'müller.example',
    'straße.de',
    'łódź.example',
    'ærø.dk',
    'bücher.müller.example',
    'почта.рф',
    'президент.рф',
    'βιβλίο.ελ',
    '例え.jp',
    'メール.example',
    '電郵.example',
    '한국.kr',
    'ไทย.example',
    'डाक.भारत',
  ])('%s', (domain) => {
    expect(shownDomain(domainToASCII(domain))).toBe(domain)
    expect(shownAddress(`ann@${domainToASCII(domain)}`)).toBe(`ann@${domain}`)
  })

  it.each([
    ['Cyrillic alone that looks like Latin', 'аррӏе.com'],
    ['one Cyrillic letter among Latin ones', 'pаypal.com'],
    ['one Greek letter among Latin ones', 'gοοgle.com'],
    ['Greek alone that looks like Latin', 'νοτ.example'],
    ['dotless i', 'gmaıl.com'],
    ['a script g', 'ɡmail.com'],
    ['a letter with a hook', 'ƙmail.com'],
    ['a mark that is none of its letter', 'ex\u0331ample.com'],
    ['Katakana among Latin letters', 'exampleノcom.example'],
    ['right to left', 'דואר.example'],
    ['right to left, Arabic', 'بريد.example'],
    ['Armenian', 'օսհ.example'],
    ['symbols', '☃.example'],
    ['an emoji', '💌.example'],
    ['a good label beside a bad one', 'müller.аррӏе.com'],
  ])('is not shown: %s', (_what, domain) => {
    const ascii = domainToASCII(domain)
    expect(ascii).toMatch(/xn--/)
    expect(shownDomain(ascii)).toBe(ascii)
  })

  it.each([
    'xn--a.example',
    'xn--',
    'xn--mller-kva',
    'xn--zzzzzz-.example',
    'imap.example.com',
    '',
  ])('takes anything: %s', (domain) => {
    expect(shownDomain(domain)).toBe(domain === 'xn--mller-kva' ? 'müller' : domain)
  })
})
