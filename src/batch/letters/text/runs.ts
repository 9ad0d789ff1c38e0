import { bidiLevels } from './bidi.js'
import type { Face, Shaped } from './face.js'
import type { Fonts, TypeStyle } from './fonts.js'

/** A stretch of a paragraph that looks the same. */
export interface Span {
  readonly text: string
  readonly weight: 400 | 700
  readonly isMono?: boolean | undefined
}

/** Text that lines are made of. */
export interface Paragraph {
  readonly spans: readonly Span[]
  readonly direction: 'ltr' | 'rtl'
  /** BCP 47. */
  readonly language: string
  readonly east: Pick<TypeStyle, 'han' | 'isEastern'>
}

/** A stretch of one font and one direction. */
export interface Run {
  readonly start: number
  readonly end: number
  readonly face: Face
  readonly level: number
  /** What stands there is in no font: a box is drawn for each. */
  readonly isMissing: boolean
}

/** A part of a run that stays together. */
export interface Piece {
  readonly face: Face
  readonly shaped: Shaped
  readonly level: number
  readonly isSpace: boolean
}

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' })
const SPACE = /^[ \t\u3000]+$/
// They part words, or turn directions, and have no glyph.
const UNSEEN = /[\u00ad\u200b\u2060\u2066-\u2069\r\n]/g
const NOTHING = /^[\s\p{Default_Ignorable_Code_Point}]*$/u

// The same sentences stand in every letter.
const MOST_KNOWN = 500
const known = new Map<string, readonly string[]>()

/** The clusters of a text, each of which one font has to have as a whole. */
export function clustersOf(text: string): readonly string[] {
  const clusters = known.get(text) ?? findClusters(text)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, clusters)
  return clusters
}

function findClusters(text: string): string[] {
  return /^[\x20-\x7e]*$/.test(text)
    ? text.split('')
    : Array.from(SEGMENTER.segment(text), ({ segment }) => segment)
}

/** @param missing gets what no font has */
export function runsOf(
  { spans, direction, east }: Paragraph,
  text: string,
  fonts: Fonts,
  missing: Set<string>,
): Run[] {
  const levels = bidiLevels(text, direction)
  const runs: { -readonly [K in keyof Run]: Run[K] }[] = []
  let start = 0
  for (const { text: part, weight, isMono = false } of spans) {
    const look = { ...east, weight, isMono }
    let before: Face | undefined
    for (const cluster of clustersOf(part)) {
      const end = start + cluster.length
      const level = levels[start] ?? 0
      const isNothing = NOTHING.test(cluster)
      const found = isNothing ? (before ?? fonts.fallback(weight)) : fonts.faceFor(cluster, look)
      if (found === undefined) missing.add(cluster)
      const face = found ?? fonts.fallback(weight)
      const isMissing = found === undefined
      const last = runs.at(-1)
      if (last?.face === face && last.level === level && !isMissing && !last.isMissing) {
        last.end = end
      } else runs.push({ start, end, face, level, isMissing })
      before = face
      start = end
    }
  }
  return runs
}

/** What of a paragraph stands between two places, words and the spaces after them apart. */
export function piecesOf(
  runs: readonly Run[],
  text: string,
  from: number,
  to: number,
  language: string,
): Piece[] {
  return runs
    .filter(({ start, end }) => start < to && end > from)
    .flatMap(({ start, end, face, level, isMissing }) => {
      const part = text.slice(Math.max(start, from), Math.min(end, to)).replace(UNSEEN, '')
      // UAX #14 would part some clusters, such as an emoji of several.
      if (isMissing) return start < from ? [] : [boxFor(text.slice(start, end), face, level)]
      return part
        .split(/([ \t\u3000]+)/)
        .filter((words) => words !== '')
        .map((words) => pieceOf(words, face, level, language))
    })
}

/** A piece in parts that a line may end between where nothing else helps. */
export function inClusters({ face, shaped, level }: Piece, language: string): Piece[] {
  return clustersOf(shaped.text).map((cluster) => pieceOf(cluster, face, level, language))
}

export function pieceOf(text: string, face: Face, level: number, language: string): Piece {
  const shaped = face.shape(text.replace(/\t/g, ' '), level % 2 === 1, language)
  return { face, shaped, level, isSpace: SPACE.test(text) }
}

// The first glyph of each of our fonts is a box.
function boxFor(text: string, face: Face, level: number): Piece {
  const advance = face.advanceOf(0)
  const glyphs = [{ id: 0, advance, x: 0, y: 0, cluster: 0 }]
  return { face, shaped: { text, glyphs, width: advance }, level, isSpace: false }
}
