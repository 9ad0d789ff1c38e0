import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainText } from '../../src/account/plain-text.js'
import { parsePerson, type Attributes } from '../../src/directory/person.js'
import { rawPerson } from '../../src/directory/source.js'
import { DirectoryTrouble } from '../../src/directory/trouble.js'
import { runs } from '../support/runs.js'

const ATTRIBUTES: Attributes = {
  name: ['displayName', 'cn'],
  username: ['uid'],
  aliases: ['proxyAddresses'],
  language: ['preferredLanguage'],
}
const parse = (values: Readonly<Record<string, unknown>>) =>
  parsePerson([rawPerson(Object.entries(values))], ATTRIBUTES)

describe('what a directory says of somebody', () => {
  it('is nobody, one or several', () => {
    expect(parsePerson([], ATTRIBUTES)).toBeUndefined()
    expect(parse({})).toEqual({ aliases: [] })
    const ann = rawPerson([['cn', 'Ann']])
    expect(() => parsePerson([ann, ann], ATTRIBUTES)).toThrow('It has several people')
  })

  it.each<[string, unknown, string | undefined]>([
    ['text', 'Ann Example', 'Ann Example'],
    ['spaces', '  Ann \t Example ', 'Ann Example'],
    ['several', ['Ann', 'Anna'], 'Ann'],
    ['nothing', '', undefined],
    ['no text', { toString: () => 'Ann' }, undefined],
    ['bytes', Buffer.from([0xff]), undefined],
    ['a control', 'Ann\u0000', undefined],
    ['what turns text round', 'Ann\u202Egpj', undefined],
    ['what is hidden', 'An\u200Bn', undefined],
    ['what looks like an @', 'ann\uFF20example.com', undefined],
    ['too much', 'x'.repeat(201), undefined],
    ['a lone surrogate', 'Ann\uD800', undefined],
    ['what is hidden, and then a name', ['An\u200Bn', 'Ann'], 'Ann'],
  ])('has %s as a name, or none', (_what, value, name) => {
    expect(parse({ displayName: value })?.name).toBe(name)
    // The next attribute has its turn.
    expect(parse({ displayName: value, cn: 'Other' })?.name).toBe(name ?? 'Other')
  })

  it.each<[unknown, string | undefined]>([
    ['de', 'de'],
    ['de-ch', 'de-CH'],
    ['de_CH.UTF-8', 'de-CH'],
    ['en-GB, en;q=0.8', 'en-GB'],
    ['German', undefined],
    ['no language!', undefined],
    ['x'.repeat(100), undefined],
  ])('has the language %j as %j', (value, language) => {
    expect(parse({ preferredLanguage: value })?.language).toBe(language)
  })

  it('has aliases as addresses, whatever else stands there', () => {
    const proxyAddresses = [
      ...['SMTP:Ann@Example.com', 'smtp:a@example.com', 'SIP:ann@example.com', 'X500:/o=x'],
      ...['a@example.com b@example.com', 'A@example.com', '\u202Ea@example.com', '@', ''],
    ]
    expect(parse({ proxyAddresses })?.aliases).toEqual([
      'Ann@example.com',
      'A@example.com',
      'b@example.com',
    ])
    const many = Array.from({ length: 5000 }, (_, n) => `a${n}@example.com`)
    expect(parse({ proxyAddresses: many })?.aliases).toHaveLength(100)
    // Each that is none takes time: a megabyte of them would hold everybody up for seconds.
    const wrong = 'x,'.repeat(1000)
    expect(parse({ proxyAddresses: [wrong, 'late@example.com'] })?.aliases).toEqual([])
    expect(parse({ proxyAddresses: `${wrong}late@example.com` })?.aliases).toEqual([])
  })

  it('has a log-in that can be one, or is refused', () => {
    expect(parse({ uid: 'ann' })?.username).toBe('ann')
    // A number of a database.
    expect(parse({ UID: 1001 })?.username).toBe('1001')
    for (const uid of ['a\nb', 'x'.repeat(513), '%EMAILADDRESS%', 'a\u200Bb']) {
      expect(() => parse({ uid })).toThrow(DirectoryTrouble)
    }
  })

  it('is whatever else it likes, and nothing of it gets through', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.string({ unit: 'binary' }),
      fc.array(fc.string({ unit: 'binary' })),
    )
    const values = fc.record({ cn: value, proxyAddresses: value, preferredLanguage: value })
    fc.assert(
      fc.property(values, (raw) => {
        const { name, aliases = [], language } = parse(raw) ?? {}
        for (const text of [name, language, ...aliases]) {
          expect(text === undefined || (isPlainText(text) && text.length <= 400)).toBe(true)
        }
      }),
      { numRuns: runs(5000) },
    )
  })
})
