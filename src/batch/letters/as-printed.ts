import { replaceHidden } from '../../account/plain-text.js'

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' })

// No script has more marks on one letter; a heap of them would cover what stands above it.
const HEAP = /(\p{M}{6})\p{M}+/gu

/**
 * A value as it is printed: one line without anything that cannot be seen or that turns directions, and
 * no longer than there is room for on a page.
 *
 * @param limit in characters as people count them
 */
export function asPrinted(value: string, limit: number): string {
  // A cluster has no end of marks, so what is far too long goes first.
  const start = value
    .slice(0, limit * 8)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
  const text = replaceHidden(start, () => '')
    .replace(HEAP, '$1')
    .trim()
  if (text.length <= limit) return text
  let [count, end] = [0, 0]
  for (const { index, segment } of SEGMENTER.segment(text)) {
    if (++count > limit || index > limit * 4) return `${text.slice(0, end).trimEnd()}…`
    end = index + segment.length
  }
  return text
}
