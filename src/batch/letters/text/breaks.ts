import { Rules } from '@cto.af/linebreak'

/** A place before which a line may end, or has to. */
export interface Break {
  readonly position: number
  readonly isRequired: boolean
}

// With whole numbers and their units in one piece (UAX #14, example 7 of section 8.2).
const rules = new Rules({ example7: true })

// South East Asian scripts have no spaces between words: UAX #14 leaves them to a dictionary.
const UNSPACED = /[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF]+/g
const WORDS = new Intl.Segmenter('th', { granularity: 'word' })

// “e-” alone at the end of a line, of “e-post”, reads badly.
const SHORT_BEFORE_HYPHEN = /(?<![\p{L}\p{N}])\p{L}-$/u

// The same words stand in every letter.
const MOST_KNOWN = 500
const known = new Map<string, readonly Break[]>()

/** Where lines may end in a text (UAX #14); its own end is the last. */
export function breaksIn(text: string): readonly Break[] {
  const found = known.get(text) ?? findBreaks(text)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, found)
  return found
}

function findBreaks(text: string): Break[] {
  const breaks = Array.from(rules.breaks(text), ({ position, required }) => ({
    position,
    isRequired: required && position < text.length,
  }))
  for (const { 0: word, index } of text.matchAll(UNSPACED)) {
    for (const { index: within } of WORDS.segment(word)) {
      if (within > 0) breaks.push({ position: index + within, isRequired: false })
    }
  }
  if (breaks.at(-1)?.position !== text.length)
    breaks.push({ position: text.length, isRequired: false })
  const sorted = breaks.sort((a, b) => a.position - b.position)
  return sorted.filter(
    ({ position }, i) =>
      position !== sorted[i - 1]?.position && !SHORT_BEFORE_HYPHEN.test(text.slice(0, position)),
  )
}
