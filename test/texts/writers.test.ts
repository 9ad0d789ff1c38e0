import { describe, expect, it } from 'vitest'
import { createFormats } from '../../src/messages/formats.js'
import { createMessage, type Writer } from '../../src/messages/message.js'
import type { Value } from '../../src/messages/text.js'
import { languageOf } from '../../src/texts/languages.js'
import { htmlWriter, plainWriter, type Links } from '../../src/texts/writers.js'

const said = () => 'said'

function written(source: string, writer: Writer, values: Readonly<Record<string, Value>> = {}) {
  return createMessage(source, createFormats('en-GB'))(values, writer)
}

function html(source: string, links: Links, values?: Readonly<Record<string, Value>>): string {
  return written(source, htmlWriter(links, said), values)
}

describe('messages in HTML', () => {
  it('have strong words and links, and nothing else that is markup', () => {
    expect(html('Is it <b>R&D</b>? <a>Yes</a>, > or "no"', { a: '/?a=1&b="2"' })).toBe(
      'Is it <strong>R&amp;D</strong>? <a href="/?a=1&amp;b=&quot;2&quot;">Yes</a>, &gt; or &quot;no&quot;',
    )
    expect(html("'<i>' {n, plural, other {<b># & {x}</b>}}", {}, { n: 2, x: '<b>' })).toBe(
      '&lt;i&gt; <strong>2 &amp; <bdi>&lt;b&gt;</bdi></strong>',
    )
  })

  it('have links with attributes, each its own', () => {
    const links = { a1: '/one', a2: { href: 'https://x.example/', rel: 'noreferrer' } }
    expect(html('<a1>one</a1> <a2>two <b>2</b></a2>', links)).toBe(
      '<a href="/one">one</a> <a href="https://x.example/" rel="noreferrer">two <strong>2</strong></a>',
    )
  })

  it('are not written where a link leads nowhere', () => {
    expect(() => html('<a>one</a>', {})).toThrow(RangeError)
    expect(() => html('<a>one</a>', Object.create({ a: '/' }) as Links)).toThrow(RangeError)
  })
})

it('leaves markup out of plain text', () => {
  const writer = plainWriter(languageOf('en'), said)
  expect(written('<b>{who}</b> & <a>one</a>', writer, { who: '<i>' })).toBe('<i> & one')
})
