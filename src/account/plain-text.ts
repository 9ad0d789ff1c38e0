import { MailProfileError, type ErrorCode } from '../errors.js'
import { say } from '../messages/text.js'
import { parseText } from './text.js'

// Letters of scripts that join their letters, where a joiner between two changes how they look (UAX #31,
// section 2.3, A1, by script instead of by Joining_Type, which JavaScript does not know).
const CURSIVE =
  '(?=[\\p{L}\\p{M}])[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mand}\\p{scx=Nkoo}\\p{scx=Adlm}\\p{scx=Rohg}\\p{scx=Mong}]'
const MONGOLIAN = '(?=\\p{L})\\p{sc=Mong}'
// Canonical_Combining_Class 9, Unicode 15.
const VIRAMA =
  '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DCA\\u0E3A\\u0EBA\\u0F84' +
  '\\u1039\\u103A\\u1714\\u1715\\u1734\\u17D2\\u1A60\\u1B44\\u1BAA\\u1BAB\\u1BF2\\u1BF3\\u2D7F\\uA806\\uA82C' +
  '\\uA8C4\\uA953\\uA9C0\\uAAF6\\uABED\\u{10A3F}\\u{11046}\\u{11070}\\u{1107F}\\u{110B9}\\u{11133}\\u{11134}' +
  '\\u{111C0}\\u{11235}\\u{112EA}\\u{1134D}\\u{11442}\\u{114C2}\\u{115BF}\\u{1163F}\\u{116B6}\\u{1172B}' +
  '\\u{11839}\\u{1193D}\\u{1193E}\\u{119E0}\\u{11A34}\\u{11A47}\\u{11A99}\\u{11C3F}\\u{11D44}\\u{11D45}' +
  '\\u{11D97}\\u{11F41}\\u{11F42}]'
// As many as a letter has, and a bound, so that a text of nothing but marks takes no longer.
const MARKS = '\\p{M}{0,8}'
const PICTURE = '\\p{Extended_Pictographic}'

/** What cannot be seen and yet is needed, each where it is needed and nowhere else. */
const NEEDED: readonly string[] = [
  // ZWNJ and ZWJ in words of Persian, Urdu, Mongolian …
  `(?<=${CURSIVE})[\\u200C\\u200D](?=${CURSIVE})`,
  // … at the virama of Indic scripts (UAX #31, A2 and B), and before it: the Bengali ya-phalaa after ra.
  `(?<=\\p{L}${MARKS}${VIRAMA})[\\u200C\\u200D]`,
  `(?<=\\p{L}${MARKS})\\u200D(?=${VIRAMA})`,
  // Free variation selectors, and the vowel separator, of Mongolian.
  `(?<=${MONGOLIAN})[\\u180B-\\u180D\\u180F]`,
  `(?<=${MONGOLIAN}[\\u180B-\\u180D\\u180F]?)\\u180E(?=${MONGOLIAN})`,
  // The form of a Han character, of which Japanese family names have several (UTS #37).
  '(?<=\\p{Unified_Ideograph})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
  // Emoji (UTS #51): presentation, keycaps, sequences. Flags of tags are not needed for a name.
  '(?<=(?=\\p{Emoji})[^\\0-\\x7F])[\\uFE0E\\uFE0F]',
  '(?<=[#*0-9])\\uFE0F(?=\\u20E3)',
  `(?<=${PICTURE}[\\uFE0F\\p{Emoji_Modifier}]?)\\u200D(?=${PICTURE})`,
]

// Controls, lone surrogates, line and paragraph separators; what turns the direction of text; what is
// not shown (Default_Ignorable_Code_Point: UTS #39 keeps it out of identifiers, section 3.1, as most of
// UAX #31 does); the annotation characters, and the empty Braille pattern.
const HIDDEN =
  '[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Bidi_Control}\\p{Default_Ignorable_Code_Point}\\uFFF9-\\uFFFB\\u2800\\uFFFE\\uFFFF]'
// What is hidden is looked for first: it is rare, and what may stand around it takes longer to judge.
const PATTERN = `(?=${HIDDEN})(?!${NEEDED.join('|')})[^]`
// Made when they are wanted first: all the characters of Unicode in them take 5 ms of a start, and most texts
// do without.
let anyHidden: RegExp | undefined
let eachHidden: RegExp | undefined

// Full width and small. Nothing else looks like an @ without being one: Unicode's table of confusable
// characters (UTS #39, section 4) has no other, and these two become one by NFKC.
const LIKE_AT = /[\uFE6B\uFF20]/

// Shown whatever stands around it: ASCII, Latin, and the quotation marks and dashes of sentences.
const SHOWN = /^[ -~\u00A0-\u00AC\u00AE-\u034E\u2010-\u2027\u2030-\u205E]*$/

/**
 * Whether a text is what it seems: it holds nothing that cannot be seen, less what its script needs, and
 * nothing that turns the direction of what stands around it.
 */
export function isPlainText(text: string): boolean {
  return (
    SHOWN.test(text) || !((anyHidden ??= new RegExp(PATTERN, 'u')).test(text) || LIKE_AT.test(text))
  )
}

/** A text with each character replaced that `isPlainText` does not take because it cannot be seen. */
export function replaceHidden(text: string, replace: (hidden: string) => string): string {
  return SHOWN.test(text) ? text : text.replace((eachHidden ??= new RegExp(PATTERN, 'gu')), replace)
}

/**
 * A single line of text that people are shown: a name, not a secret.
 *
 * @param field the name of the value in the input, for the error
 * @param limit the greatest length in code points
 * @throws MailProfileError with the given code, `invalid_account` by default
 */
export function parsePlainText(
  value: unknown,
  field: string,
  limit: number,
  code: ErrorCode = 'invalid_account',
): string {
  const text = parseText(value, field, limit, code)
  if (isPlainText(text)) return text
  throw new MailProfileError(code, say('errors.value.hidden', { field }), { field })
}
