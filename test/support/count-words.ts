import type { Tag } from '../../src/texts/languages.js'

// Names that the operator, a provider or a person has given: one word, of whatever they are made.
export const NAMES =
  /Example Mail|BT Mail|Fastmail|Proton Mail|Certification Authority of the School of Example|Mail of customer\.example|\+44 [\d ]+\d|https?:\S+|[\w.+-]+@[\w.-]+\w|\b[\w-]+(?:\.[\w-]+)+\w\b/g

/**
 * Words as the language has them; a name, an address and a host are one each. Japanese and Chinese put no
 * spaces between words: they are told apart by ICU's dictionary, as where a double tap would select.
 */
export function countWords(text: string, tag: Tag): number {
  const segmenter = new Intl.Segmenter(tag, { granularity: 'word' })
  const plain = text.replace(NAMES, ' x ').replace(/(?<=\p{L})-(?=\p{L})/gu, '')
  return [...segmenter.segment(plain)].filter(({ isWordLike }) => isWordLike).length
}
