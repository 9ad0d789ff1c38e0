import { describe, expect, it } from 'vitest'
import { MessageMistake, outlineOf } from '../../src/messages/outline.js'

describe('what a message is made of', () => {
  it('has placeholders, tags and plurals, wherever they are', () => {
    const { placeholders, tags, plurals } = outlineOf(
      '<b>{name}</b> {n, plural, =0 {none} one {<a>{host}</a>} other {#}} {d, date} {p, select, x {{q}} other {}}',
    )
    expect([...placeholders]).toEqual([
      ['name', 'word'],
      ['n', 'number'],
      ['host', 'word'],
      ['d', 'date'],
      ['p', 'word'],
      ['q', 'word'],
    ])
    expect([...tags]).toEqual(['b', 'a'])
    expect(plurals).toEqual([['=0', 'one', 'other']])
  })

  it.each<[source: string, why: RegExp, offset: number]>([
    ['Hello {name', /\{ is not closed/, 6],
    ['Hello {}', /name of a placeholder is missing/, 6],
    ['Hello {first name}', /other characters/, 6],
    ['{n, many, other {#}}', /unknown kind/, 4],
    ['{n, plural, one {#}}', /no “other”/, 19],
    ['<b>Hello', /tag is not closed/, 0],
    ['Hello</b>', /closed that is not open/, 5],
    ['<i>Hello</i>', /tag <i>/, 0],
    ['Hello<br/>', /other than <b>/, 5],
    ['<script>x</script>', /tag <script>/, 0],
    ['<a>x <a1>y</a1></a>', /link within a link/, 5],
    ['{n} {n, number}', /a word and a number/, 4],
    ['{a}', /name of a tag/, 0],
  ])('refuses %s', (source, why, offset) => {
    const mistake = mistakeIn(source)
    expect(mistake.message).toMatch(why)
    expect(mistake.offset).toBe(offset)
  })
})

function mistakeIn(source: string): MessageMistake {
  try {
    outlineOf(source)
  } catch (error) {
    if (error instanceof MessageMistake) return error
    throw error
  }
  throw new Error('It was not refused.')
}
