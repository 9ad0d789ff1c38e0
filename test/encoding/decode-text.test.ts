import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../src/encoding/decode-text.js'
import { MailProfileError } from '../../src/errors.js'

describe('decodeText', () => {
  it('gives back every text, with and without a mark before it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.startsWith('\uFEFF'))
        expect(decodeText(Buffer.from(text), 'It')).toBe(text)
        expect(decodeText(Buffer.from(`\uFEFF${text}`), 'It')).toBe(text)
      }),
    )
  })

  it('replaces nothing, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          const text = Buffer.from(decodeText(bytes, 'It'))
          const marked = Buffer.concat([Buffer.from('\uFEFF'), text])
          expect([text, marked]).toContainEqual(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(MailProfileError)
        }
      }),
    )
  })

  it('takes one mark only', () => {
    expect(decodeText(Buffer.from('\uFEFF\uFEFFa'), 'It')).toBe('\uFEFFa')
  })

  it.each([
    ['a byte that UTF-8 has not', [0xff], 'It is not UTF-8.'],
    ['half a character', [0x61, 0xc3], 'It is not UTF-8.'],
    ['a surrogate', [0xed, 0xa0, 0x80], 'It is not UTF-8.'],
    ['an over-long form', [0xc0, 0x80], 'It is not UTF-8.'],
    ['what PowerShell writes', [0xff, 0xfe, 0x61, 0], 'It is UTF-16, not UTF-8.'],
    ['the other order', [0xfe, 0xff, 0, 0x61], 'It is UTF-16, not UTF-8.'],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() =>
      decodeText(Uint8Array.from(bytes), 'It', { code: 'invalid_account', field: 'it' }),
    ).toThrow(expect.objectContaining({ code: 'invalid_account', message, field: 'it' }))
  })
})
