const WIDTH = 100
const CUT = '…'

/** A place in a text, as an error shows it. */
export interface SourceExcerpt {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** The line and a caret below it. */
  readonly picture: string
}

/** A part of a text, by offsets: from the first to before the second. */
export type Range = readonly [start: number, end: number]

/**
 * The line around an offset with a caret at it.
 *
 * @param hidden what must not be seen: from the first such part on, the line is left out
 */
export function sourceExcerpt(
  text: string,
  offset: number,
  hidden: readonly Range[] = [],
): SourceExcerpt {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const newline = text.indexOf('\n', offset)
  const end = newline < 0 ? text.length : newline
  const secrets = hidden.filter(([from, to]) => from < end && to > start)
  const shownEnd = Math.min(end, ...secrets.map(([from]) => Math.max(from, start)))
  const whole = `${text.slice(start, shownEnd).trimEnd()}${shownEnd < end ? ` ${CUT}` : ''}`
  // The caret of a place that is not shown stands where the showing ends.
  const caretAt = Math.min(offset - start, whole.length)
  const from = Math.max(0, caretAt - WIDTH / 2)
  const line =
    whole.length <= WIDTH
      ? { text: whole, caret: caretAt }
      : {
          text: `${from > 0 ? CUT : ''}${whole.slice(from, from + WIDTH)}${whole.length > from + WIDTH ? CUT : ''}`,
          caret: caretAt - from + (from > 0 ? 1 : 0),
        }
  let number = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) number++
  return {
    line: number,
    column: offset - start + 1,
    picture: `  ${line.text}\n  ${' '.repeat(line.caret)}^`,
  }
}
