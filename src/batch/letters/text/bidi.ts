import { createRequire } from 'node:module'
import type { Bidi } from 'bidi-js'

// Its types describe a module, and it is CommonJS: an import of it does not compile (bidi-js 1.1.0).
const bidi = (createRequire(import.meta.url)('bidi-js') as () => Bidi)()

// Anything that is written from right to left, or turns directions (Unicode 15, DerivedBidiClass).
const TURNS =
  /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** The embedding levels of a text (UAX #9): those that are odd run from right to left. */
export function bidiLevels(text: string, direction: 'ltr' | 'rtl'): Uint8Array {
  return direction === 'ltr' && !TURNS.test(text)
    ? new Uint8Array(text.length)
    : bidi.getEmbeddingLevels(text, direction).levels
}

/** The way that most of a text runs: that of its first letter (UAX #9, rules P2 and P3). */
export function directionOf(text: string): 'ltr' | 'rtl' {
  if (!TURNS.test(text)) return 'ltr'
  return bidi.getEmbeddingLevels(text, 'auto').paragraphs[0]?.level === 1 ? 'rtl' : 'ltr'
}

/** What stands in a line, by levels, in the order in which it is seen from left to right (rule L2). */
export function visualOrder<T extends { readonly level: number }>(logical: readonly T[]): T[] {
  const seen = [...logical]
  const highest = Math.max(0, ...seen.map(({ level }) => level))
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < seen.length; from++) {
      let to = from
      while (to < seen.length && (seen[to]?.level ?? 0) >= level) to++
      if (to - from > 1) seen.splice(from, to - from, ...seen.slice(from, to).reverse())
      from = Math.max(from, to - 1)
    }
  }
  return seen
}
