import type { Language } from './languages.js'

// Scripts that are written from right to left, by their blocks (Unicode 15, DerivedBidiClass).
const RIGHT_TO_LEFT =
  /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u
const LEFT_TO_RIGHT =
  /(?=\p{L})[^\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

// Addresses, host names, links: what people copy from where it stands.
const COPIED = /^[!-~]+$|^\S+@\S+$/

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_DIRECTIONAL_ISOLATE = '\u2069'

/**
 * A value in plain text. One that runs the other way is isolated (UAX #9, section 2.4), or it would drag
 * numbers and punctuation beside it to its own side; but not what people copy: an invisible character in
 * a host name costs them an evening.
 */
export function isolate(value: string, { dir }: Pick<Language, 'dir'>): string {
  const other = dir === 'rtl' ? LEFT_TO_RIGHT : RIGHT_TO_LEFT
  return other.test(value) && !COPIED.test(value)
    ? `${FIRST_STRONG_ISOLATE}${value}${POP_DIRECTIONAL_ISOLATE}`
    : value
}
