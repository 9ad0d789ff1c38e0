import { visualOrder } from './bidi.js'
import { breaksIn } from './breaks.js'
import type { Fonts } from './fonts.js'
import { inClusters, pieceOf, piecesOf, runsOf, type Paragraph, type Piece } from './runs.js'

/** A line of text; lengths are in thousandths of the size of the type. */
export interface Line {
  /** From left to right. */
  readonly pieces: readonly Piece[]
  /** As far as it can be seen. */
  readonly width: number
  /** How far a space reaches out at the left, where a line that runs to there has its end. */
  readonly overhang: number
}

const SOFT_HYPHEN = '\u00ad'

/**
 * A paragraph in lines of no more than a width. Where no place to break is near enough, a word breaks
 * anywhere.
 *
 * @param width thousandths of the size of the type
 * @param missing gets what no font has
 */
export function layOut(
  paragraph: Paragraph,
  width: number,
  fonts: Fonts,
  missing: Set<string>,
): Line[] {
  const { language } = paragraph
  const text = paragraph.spans.map((span) => span.text).join('')
  const runs = runsOf(paragraph, text, fonts, missing)
  const lines: Line[] = []
  let line: Piece[] = []
  let used = 0
  let hyphen: Piece | undefined
  const put = (piece: Piece) => {
    line.push(piece)
    used += piece.shaped.width
  }
  const end = () => {
    lines.push(finished(line, paragraph.direction))
    line = []
    used = 0
  }
  let from = 0
  for (const { position, isRequired } of breaksIn(text)) {
    const segment = piecesOf(runs, text, from, position, language)
    const mayHyphenate = text[position - 1] === SOFT_HYPHEN
    const last = segment.at(-1)
    const dash =
      mayHyphenate && last !== undefined ? pieceOf('-', last.face, last.level, language) : undefined
    const needed = widthOf(withoutSpaceAtEnd(segment)) + (dash?.shaped.width ?? 0)
    if (used > 0 && used + needed > width) {
      if (hyphen !== undefined) put(hyphen)
      end()
    }
    if (needed <= width) segment.forEach(put)
    else {
      for (const piece of segment.flatMap((whole) => inClusters(whole, language))) {
        if (used > 0 && !piece.isSpace && used + piece.shaped.width > width) end()
        put(piece)
      }
    }
    hyphen = dash
    if (isRequired) {
      end()
      hyphen = undefined
    }
    from = position
  }
  if (line.length > 0 || lines.length === 0) end()
  return lines
}

// The space at its end parts its last word from the next line's for those who have the text read to them.
function finished(line: readonly Piece[], direction: 'ltr' | 'rtl'): Line {
  const seen = withoutSpaceAtEnd(line)
  const width = widthOf(seen)
  const space = line[seen.length]
  if (space === undefined) return { pieces: visualOrder(seen), width, overhang: 0 }
  const pieces = visualOrder(seen)
  return direction === 'ltr'
    ? { pieces: [...pieces, space], width, overhang: 0 }
    : { pieces: [space, ...pieces], width, overhang: space.shaped.width }
}

function withoutSpaceAtEnd(pieces: readonly Piece[]): readonly Piece[] {
  const last = pieces.findLastIndex(({ isSpace }) => !isSpace)
  return pieces.slice(0, last + 1)
}

function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { shaped }) => sum + shaped.width, 0)
}
