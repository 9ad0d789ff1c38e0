import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seal, unseal } from '../../src/invitations/sealing.js'

const KEY = Buffer.alloc(32, 1)
const ID = 'AAECAwQFBgcICQoLDA0ODw'
const TEXT = '{"address":"ann@example.com","password":"correct horse"}'

describe('what is sealed', () => {
  it('opens with its key, at its place', () => {
    // Texts as JSON.stringify makes them: every other character, but no NUL and no lone surrogate.
    const text = fc
      .string({ unit: 'grapheme', maxLength: 600 })
      .map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(text, (value) => {
        expect(unseal(seal(value, KEY, ID, randomBytes), KEY, ID)).toBe(value)
      }),
    )
  })

  it('does not open when one byte is changed, whichever it is', () => {
    const sealed = seal(TEXT, KEY, ID, randomBytes)
    for (const i of sealed.keys()) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(unseal(changed, KEY, ID)).toBeUndefined()
    }
  })

  it('does not open when it is cut or longer', () => {
    const sealed = seal(TEXT, KEY, ID, randomBytes)
    for (let length = 0; length < sealed.length; length++) {
      expect(unseal(sealed.subarray(0, length), KEY, ID)).toBeUndefined()
    }
    expect(unseal(Buffer.concat([sealed, Buffer.of(0)]), KEY, ID)).toBeUndefined()
  })

  it('opens neither with another key nor at another place', () => {
    const sealed = seal(TEXT, KEY, ID, randomBytes)
    expect(unseal(sealed, Buffer.alloc(32, 2), ID)).toBeUndefined()
    expect(unseal(sealed, KEY, `B${ID.slice(1)}`)).toBeUndefined()
    expect(unseal(sealed, KEY, '')).toBeUndefined()
  })

  it('opens from a part of a larger buffer', () => {
    const sealed = seal(TEXT, KEY, ID, randomBytes)
    const larger = Buffer.concat([randomBytes(7), sealed, randomBytes(7)])
    expect(unseal(larger.subarray(7, 7 + sealed.length), KEY, ID)).toBe(TEXT)
  })

  it('is as long for every short text', () => {
    const lengths = [0, 1, 50, 255].map(
      (length) => seal('x'.repeat(length), KEY, ID, randomBytes).length,
    )
    expect(new Set(lengths)).toEqual(new Set([1 + 12 + 256 + 16]))
    expect(seal('x'.repeat(256), KEY, ID, randomBytes).length).toBe(1 + 12 + 512 + 16)
  })

  it('looks different each time, and shows nothing of the text', () => {
    const one = seal(TEXT, KEY, ID, randomBytes)
    expect(one.equals(seal(TEXT, KEY, ID, randomBytes))).toBe(false)
    for (const word of ['ann', 'correct', 'password']) expect(one.includes(word)).toBe(false)
  })
})
