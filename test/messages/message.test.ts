import fc from 'fast-check'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { createFormats } from '../../src/messages/formats.js'
import { createMessage, type Writer } from '../../src/messages/message.js'
import { say, type Value } from '../../src/messages/text.js'

/** Shows what is what. */
const MARKED: Writer = {
  own: (text) => text,
  value: (text) => `[${text}]`,
  tag: (name, inner) => `(${name}:${inner})`,
  moment: (text) => `(${text})`,
  said: ({ key }) => `{${key}}`,
}

function written(source: string, values: Readonly<Record<string, Value>> = {}, locale = 'en-GB') {
  return createMessage(source, createFormats(locale))(values, MARKED)
}

const DOWNLOADS =
  '{n, plural, one {Pozostało # pobranie} few {Pozostały # pobrania} many {Pozostało # pobrań} other {Pozostało # pobrania}}'

const NOON = new Date('2026-12-01T12:00:00Z')

describe('a message', () => {
  it.each<[source: string, values: Record<string, Value>, locale: string, expected: string]>([
    ['Settings > Mail; 100 %, # and |', {}, 'en-GB', 'Settings > Mail; 100 %, # and |'],
    ['For {name}.', { name: 'Ann' }, 'en-GB', 'For [Ann].'],
    ['{ a }{b}', { a: 'x', b: '' }, 'en-GB', '[x][]'],
    ['<b>{name}</b> may', { name: 'Ann' }, 'en-GB', '(b:[Ann]) may'],
    ['<a>one</a> or <a1>the <b>other</b></a1>', {}, 'en-GB', '(a:one) or (a1:the (b:other))'],
    ['{n, number} bytes', { n: 12345 }, 'de', '12.345 bytes'],
    [DOWNLOADS, { n: 1 }, 'pl', 'Pozostało 1 pobranie'],
    [DOWNLOADS, { n: 3 }, 'pl', 'Pozostały 3 pobrania'],
    [DOWNLOADS, { n: 12 }, 'pl', 'Pozostało 12 pobrań'],
    ['{n, plural, =0 {none} other {<b>#</b> for {who}}}', { n: 0, who: 'A' }, 'en-GB', 'none'],
    [
      '{n, plural, =0 {none} other {<b>#</b> for {who}}}',
      { n: 2, who: 'A' },
      'en-GB',
      '(b:2) for [A]',
    ],
    ['{p, select, imap {IMAP!} other {{p}?}}', { p: 'imap' }, 'en-GB', 'IMAP!'],
    ['{p, select, imap {IMAP!} other {{p}?}}', { p: 'constructor' }, 'en-GB', '[constructor]?'],
    ["it''s '{n}' and '<b>'", {}, 'en-GB', "it's {n} and <b>"],
    ['On {day, date, long}', { day: NOON }, 'fr', 'On 1 décembre 2026'],
    [
      'At {domains}.',
      { domains: ['a.de', 'b.de', 'c.de'] },
      'en-GB',
      'At [a.de], [b.de] and [c.de].',
    ],
    ['At {domains}.', { domains: ['a.jp', 'b.jp'] }, 'ja', 'At [a.jp]、[b.jp].'],
    ['{a} {b}', { a: say('errors.busy.waitAFew'), b: 'x' }, 'en-GB', '{errors.busy.waitAFew} [x]'],
  ])('%s with %o in %s', (source, values, locale, expected) => {
    expect(written(source, values, locale)).toBe(expected)
  })

  it('is written the same way with and without the library', () => {
    const leaf = fc.oneof(
      fc.stringMatching(/^[\w .,:>#|-]{0,8}$/),
      fc.constantFrom('{who}', '{ host }', '{n, number}', '{n,number}'),
    )
    const tagged = fc
      .tuple(fc.constantFrom('b', 'a', 'a1'), leaf)
      .map(([tag, inner]) => `<${tag}>${inner}</${tag}>`)
    const tag = (name: string) => (inner: readonly string[]) => `(${name}:${inner.join('')})`
    const tags = Object.fromEntries(['b', 'a', 'a1'].map((name) => [name, tag(name)]))
    const messages = fc.array(fc.oneof(leaf, tagged), { maxLength: 6 })
    fc.assert(
      fc.property(messages, fc.string(), fc.integer(), (parts, who, n) => {
        const source = parts.join('')
        const given = { who: `[${who}]`, host: '[x]', n, ...tags }
        const expected = new IntlMessageFormat(source, 'en-GB').format(given)
        expect(written(source, { who, host: 'x', n })).toBe(String(expected))
      }),
    )
  })

  it.each<[source: string, values: Record<string, Value>]>([
    ['For {name}.', {}],
    ['For {toString}.', {}],
    ['{n, number}', { n: '5' }],
    ['{name}', { name: 5 }],
    ['{n, plural, other {#}}', {}],
  ])('%s is not written with %o', (source, values) => {
    expect(() => written(source, values)).toThrow()
  })
})
