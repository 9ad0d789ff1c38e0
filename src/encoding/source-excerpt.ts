const WIDTH = 100
const CUT = '…'
const HIDDEN = '…'

/** A place in a text, as an error shows it. */
export interface SourceExcerpt {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** The keys of the line and a caret below them; undefined where there is no key to be seen. */
  readonly picture: string | undefined
}

/**
 * The line of YAML around an offset with a caret at it. Nothing of it is shown but brackets, commas and
 * the keys that are known: whatever else stands there may be a secret, whose key is misspelt, whose
 * quotes are missing, or that was pasted into the wrong place.
 *
 * @param known keys that may be shown
 */
export function sourceExcerpt(
  text: string,
  offset: number,
  known: ReadonlySet<string>,
): SourceExcerpt {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const newline = text.indexOf('\n', offset)
  const end = newline < 0 ? text.length : newline
  let number = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) number++
  return {
    line: number,
    column: offset - start + 1,
    picture: pictureOf(text.slice(start, end), offset - start, known),
  }
}

function pictureOf(line: string, at: number, known: ReadonlySet<string>): string | undefined {
  let shown = ''
  let caret: number | undefined
  let hasKey = false
  let isComment = false
  // The last part but for spaces.
  let last = ''
  for (const { 0: part, index } of line.matchAll(/[ \t\r]+|[{}[\],]|[^ \t\r{}[\],]+/g)) {
    const isSpace = /^[ \t\r]/.test(part)
    isComment ||= part.startsWith('#')
    const isKey = !isComment && /^(?:|-|[{[,])$/.test(last) && known.has(keyIn(part) ?? '')
    const isDash = part === '-' && /^-?$/.test(last)
    const isShown = isSpace || isKey || isDash || (!isComment && /^[{}[\],]$/.test(part))
    if (!isShown && shown.trimEnd().endsWith(HIDDEN)) shown = shown.trimEnd().slice(0, -1)
    if (caret === undefined && at < index + part.length) {
      caret = shown.length + (isShown ? at - index : 0)
    }
    shown += isSpace ? ' '.repeat(part.length) : isShown ? part : HIDDEN
    if (!isSpace) last = isKey || !isShown ? 'x' : part
    hasKey ||= isKey
  }
  return hasKey ? cut(shown.trimEnd(), caret ?? shown.length) : undefined
}

// A key has a space after it (YAML 1.2, section 7.4): `passphrase:S3cret` is none.
function keyIn(part: string): string | undefined {
  return /^(["']?)([A-Za-z]\w*)\1:$/.exec(part)?.[2]
}

function cut(line: string, at: number): string {
  // The caret of a place that is not shown stands where the showing ends.
  const caret = Math.min(at, line.length)
  if (line.length <= WIDTH) return `  ${line}\n  ${' '.repeat(caret)}^`
  const from = Math.max(0, caret - WIDTH / 2)
  const begin = from > 0 ? CUT : ''
  const end = line.length > from + WIDTH ? CUT : ''
  const shown = `${begin}${line.slice(from, from + WIDTH)}${end}`
  return `  ${shown}\n  ${' '.repeat(caret - from + begin.length)}^`
}
