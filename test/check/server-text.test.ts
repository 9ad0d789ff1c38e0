import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanServerText, printable } from '../../src/check/server-text.js'

const ANN = ['ann@example.com', 'ann', 'Sesame-open']

describe('what servers say', () => {
  it.each([
    ['Authentication failed.', 'Authentication failed.'],
    ['Application-specific password required', 'Application-specific password required'],
    ['5.7.8 Authentifizierungsfehlermeldung', '5.7.8 Authentifizierungsfehlermeldung'],
    ['LOGIN Invalid credentials for ann@example.com', 'LOGIN Invalid credentials for …'],
    ['user "Ann@Example.COM" unknown', 'user "…" unknown'],
    ['no user ANN here', 'no user … here'],
    ['bob@example.org: no', '…: no'],
    ['you sent PASS sesame-OPEN', 'you sent PASS …'],
    ['try AGFubkBleGFtcGxlLmNvbQBTZXNhbWU= again', 'try … again'],
    [
      'see https://support.google.com/mail/?p=BadCredentials a640c23a62f3a-9b3.62 - gsmtp',
      'see https://support.google.com/mail/ ….62 - gsmtp',
    ],
    [
      'https://support.google.com/accounts/answer/185833',
      'https://support.google.com/accounts/answer/185833',
    ],
    ['https://example.com/in/4f6b1c2d8e9f0a7b6c5d#x', 'https://example.com/in/…'],
    ['\u001b[31mred\u001b[0m \u001b]0;title\u0007', 'red ]0;title'],
    ['a\u202eb\u0000c\u2028d', 'a b c d'],
    ['x'.repeat(500), `${'x'.repeat(199)}…`],
  ])('%j is shown as %j', (text, shown) => {
    expect(cleanServerText(text, ANN)).toBe(shown)
  })

  it('is one printable line, not over-long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const line = printable(text)
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
        expect(Array.from(line).length).toBeLessThanOrEqual(200)
        expect(printable(line)).toBe(line)
      }),
    )
  })

  it('tells no half of a password that is where the text is cut', () => {
    const text = (length: number) => `${'a '.repeat(length)}Sesame-open U2VzYW1lLW9wZW4=`
    for (let length = 80; length < 105; length += 1) {
      expect(cleanServerText(text(length), ANN)).not.toMatch(/S|U2V/)
    }
    expect(cleanServerText('Sesame-open'.repeat(20_000), ANN)).toBe('…')
  })

  it('is read in time, whatever it is', () => {
    const started = performance.now()
    for (const part of ['a', '@', '\u001b[', 'http://', 'a@', ' ', '\u001b[0']) {
      cleanServerText(part.repeat(200_000), ANN)
    }
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('never tells user name, address and password', () => {
    const personal = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(personal, personal, fc.array(fc.string()), (name, password, rest) => {
        // A text of … alone is what hides.
        fc.pre(![name, password].some((value) => '…'.includes(value)))
        const text = [name, ...rest, password, password.toUpperCase()].join(' ')
        const shown = cleanServerText(text, [name, password]).toLowerCase()
        expect(shown).not.toContain(name.toLowerCase())
        expect(shown).not.toContain(password.toLowerCase())
      }),
    )
  })
})
