import { isPlainText } from '../account/plain-text.js'

/** A part of a document that is not used. */
export interface Skipped {
  /** Which part: "incoming server 2 (ews)". */
  readonly what: string
  /** Why, a sentence. */
  readonly reason: string
}

/** What the reader of a document has to say, collected while it reads. */
export interface Findings {
  readonly skipped: Skipped[]
  /** About parts that are used as they stand, though they look wrong; sentences. */
  readonly warnings: string[]
}

// Letters, digits, punctuation and symbols of any script: nothing that moves a terminal's cursor or
// turns its direction, and no mail address.
const SHOWABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,80}$/u

/** A value from a document as it may stand in a sentence, in quotation marks, or words for it. */
export function shown(value: string): string {
  const line = legible(value)
  if (line !== undefined) return `“${line}”`
  return value.includes('@') ? '(a mail address)' : '(what cannot be shown)'
}

/** A value from a document, or undefined where it should not be shown. */
export function legible(value: string): string | undefined {
  const line = singleLine(value)
  return SHOWABLE.test(line) && isPlainText(line) && !line.includes('@') ? line : undefined
}

/** Text without white space at its ends, and with one space where there is any inside. */
export function singleLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
