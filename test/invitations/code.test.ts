import { describe, expect, it } from 'vitest'
import { createPasscode, keyWithPasscode, parsePasscode } from '../../src/invitations/passcode.js'

describe('a code', () => {
  it('is six digits, those at the front included', () => {
    const codes = Array.from({ length: 200 }, createPasscode)
    for (const code of codes) expect(code).toMatch(/^\d{6}$/)
    expect(new Set(codes).size).toBeGreaterThan(150)
  })

  it.each([
    ['012345', '012345'],
    ['012 345', '012345'],
    [' 01-23-45\n', '012345'],
    ['0 1 2 3 4 5', '012345'],
    ['', undefined],
    ['12345', undefined],
    ['1234567', undefined],
    ['12345a', undefined],
    ['１２３４５６', undefined],
    ['+12345', undefined],
    ['123.45', undefined],
  ])('is read from %j as %j', (typed, code) => {
    expect(parsePasscode(typed)).toBe(code)
  })

  it('makes a key of its own with each token', async () => {
    const [one, two] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]
    const keys = await Promise.all([
      keyWithPasscode(one, '123456'),
      keyWithPasscode(one, '123456'),
      keyWithPasscode(one, '123457'),
      keyWithPasscode(two, '123456'),
    ])
    const [first, again, ...others] = keys.map((key) => key.toString('hex'))
    expect(again).toBe(first)
    expect(new Set([first, ...others]).size).toBe(3)
    expect(keys[0].length).toBe(32)
  })
})
