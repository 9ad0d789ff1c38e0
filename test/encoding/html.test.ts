import { describe, expect, it } from 'vitest'
import { escapeHtml, htmlElement } from '../../src/encoding/html.js'

describe('HTML', () => {
  it('has nothing left of markup in a text', () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
    )
  })

  it('has attributes that do not end early', () => {
    expect(htmlElement('a', 'here &amp; there', { href: '/?a="1"&b=2', rel: 'noreferrer' })).toBe(
      '<a href="/?a=&quot;1&quot;&amp;b=2" rel="noreferrer">here &amp; there</a>',
    )
  })
})
