import { replaceHidden } from './plain-text.js'

// As most is that is printed.
const PLAIN = /^[\n -~]*$/

/**
 * Text as it may be printed: what moves a cursor, turns the direction of text or cannot be seen stands
 * there as JSON writes it, `\\u001b`, so that JSON stays the same JSON. Lines stay lines.
 *
 * What comes from a file, the network or an argument may hold anything, and `--json` does not help:
 * JSON.stringify leaves DEL, C1 controls and bidirectional controls as they are.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text
  // By lines, of which most hold nothing to look for; and what hides in one does not depend on others.
  return text.split('\n').map(oneLine).join('\n')
}

/** The same for a value that is one line, so that what it holds is no other line. */
export function oneLine(text: string): string {
  return replaceHidden(text, escaped)
}

function escaped(hidden: string): string {
  return hidden
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
