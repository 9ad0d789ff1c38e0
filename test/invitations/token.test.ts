import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createToken, deriveSecrets, drawToken, parseToken } from '../../src/invitations/token.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array))
const TOKEN = createToken(() => Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'))

describe('a token', () => {
  it('is 22 characters for 128 bits', () => {
    expect(TOKEN).toBe('AAECAwQFBgcICQoLDA0ODw')
    expect(createToken(randomBytes)).toMatch(/^[\w-]{22}$/)
  })

  it('is read as the bytes that it was made from', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        expect(parseToken(createToken(() => random))).toEqual(random)
      }),
    )
  })

  it('is written in one way only: of 64 last characters, four are possible', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const start = createToken(() => random).slice(0, -1)
        const read = Array.from(ALPHABET, (last) => parseToken(start + last)).filter(Boolean)
        expect(new Set(read.map((found) => found?.toString('hex'))).size).toBe(4)
        expect(read).toHaveLength(4)
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['empty', ''],
    ['truncated', TOKEN.slice(0, -1)],
    ['too long', `${TOKEN}A`],
    ['padded', `${TOKEN}==`],
    ['followed by a line end', `${TOKEN}\n`],
    ['preceded by a space', ` ${TOKEN}`],
    ['of the other alphabet', `${TOKEN.slice(0, 20)}+w`],
    ['with a slash', `../${TOKEN.slice(3)}`],
    ['percent-encoded', `%41${TOKEN.slice(1)}`.slice(0, 22)],
    ['not canonical', `${TOKEN.slice(0, -1)}x`],
    ['of other letters', `${TOKEN.slice(0, -1)}ẃ`],
    ['full width', `${TOKEN.slice(0, -1)}\uFF37`],
  ])('is none when it is %s', (_name, text) => {
    expect(parseToken(text)).toBeUndefined()
  })

  it('is another one in upper case', () => {
    expect(parseToken(TOKEN.toUpperCase())).not.toEqual(parseToken(TOKEN))
  })

  it.each([undefined, 'school'])(
    'gives an id that is no option and no formula (tenant %s)',
    (tenant) => {
      for (let i = 0; i < 1000; i++) {
        const token = Buffer.from(drawToken(randomBytes, tenant), 'base64url')
        expect(deriveSecrets(token, tenant).id).toMatch(/^\w[\w-]{21}$/)
      }
    },
  )

  it('gives an id and a key that do not show it', () => {
    const { id, key } = deriveSecrets(Buffer.from(TOKEN, 'base64url'), undefined)
    // openssl kdf -keylen 48 -kdfopt digest:SHA256 -kdfopt hexkey:000102030405060708090a0b0c0d0e0f
    //   -kdfopt 'info:mailprofile invitation 1' HKDF
    expect(id).toBe('JXkkceAAX60VHorUA6s4mg')
    expect(key.toString('hex')).toBe(
      '252a70936fc262d3ba952ef4f9854d30d886137aacd7b49db1c58853a3e2f3e4',
    )
  })
})
