import type { Shaped } from '../text/face.js'
import { hexCode, type DocumentFont } from './document-font.js'
import { decimal, textString } from './syntax.js'

/** A glyph at its place from where the text begins, in thousandths of the size of the type. */
interface Placed {
  readonly id: number
  readonly x: number
  readonly y: number
  /** Nothing stands beside it but other marks on the same letter. */
  readonly isMark: boolean
}

/** Characters and what shows them. */
interface Cluster {
  readonly text: string
  readonly shown: Placed[]
}

// Poppler (22.12) takes what it has no text for as a gap, and the text of several glyphs as one that runs from
// left to right: so a letter's glyph has the text of its marks, too, and only what is spread over several
// glyphs is said beside them (ISO 32000-1, section 14.9.4).
const NOTHING = textString('')

/** That one code stands for, as MuPDF has it (1.21): a letter with a heap of marks has more. */
const MOST_CHARACTERS = 8

/** The operators that show glyphs one after another (section 9.4.3). */
export function showGlyphs(font: DocumentFont, shaped: Shaped, size: number): string {
  const strings = new Strings(font, size)
  for (const { text, shown } of clustersIn(shaped)) {
    const letters = shown.filter(({ isMark }) => !isMark)
    const [letter, ...others] = letters.length === 0 ? shown : letters
    if (letter === undefined) continue
    if (letters.length > 1 || text.length > MOST_CHARACTERS) {
      const marks = shown.filter((glyph) => !letters.includes(glyph) && glyph !== letter)
      strings.say(textString(text), [letter, ...others, ...marks])
    } else {
      strings.show(letter, text)
      const marks = shown.filter((glyph) => glyph !== letter)
      if (marks.length > 0) strings.say(NOTHING, marks)
    }
  }
  return strings.finish(shaped.width)
}

function clustersIn({ text, glyphs }: Shaped): Cluster[] {
  const starts = [...new Set(glyphs.map(({ cluster }) => cluster))].sort((a, b) => a - b)
  const ends = new Map(starts.map((start, i) => [start, starts[i + 1] ?? text.length]))
  const found: Cluster[] = []
  let current: number | undefined
  let pen = 0
  for (const { id, advance, x, y, cluster } of glyphs) {
    if (cluster !== current) {
      current = cluster
      found.push({ text: text.slice(cluster, ends.get(cluster)), shown: [] })
    }
    found.at(-1)?.shown.push({ id, x: pen + x, y, isMark: advance === 0 })
    pen += advance
  }
  return found
}

class Strings {
  readonly #font: DocumentFont
  readonly #size: number
  #operators = ''
  #array = ''
  #string = ''
  #pen = 0
  #rise = 0

  constructor(font: DocumentFont, size: number) {
    this.#font = font
    this.#size = size
  }

  show({ id, x, y }: Placed, text?: string): void {
    if (y !== this.#rise) {
      this.#flush()
      this.#operators += `${decimal((y * this.#size) / 1000)} Ts\n`
      this.#rise = y
    }
    this.#moveTo(x)
    this.#string += hexCode(this.#font.codeOf(id, text))
    this.#pen += this.#font.face.advanceOf(id)
  }

  /** Glyphs that together stand for a text, or for nothing. */
  say(text: string, glyphs: readonly Placed[]): void {
    this.#flush()
    this.#operators += `/Span<</ActualText ${text}>>BDC\n`
    for (const glyph of glyphs) this.show(glyph)
    this.#flush()
    this.#operators += 'EMC\n'
  }

  finish(width: number): string {
    this.#moveTo(width)
    this.#flush()
    return this.#rise === 0 ? this.#operators : `${this.#operators}0 Ts\n`
  }

  #moveTo(x: number): void {
    if (x === this.#pen) return
    this.#closeString()
    this.#array += String(this.#pen - x)
    this.#pen = x
  }

  #closeString(): void {
    if (this.#string !== '') this.#array += `<${this.#string}>`
    this.#string = ''
  }

  #flush(): void {
    this.#closeString()
    if (this.#array !== '') this.#operators += `[${this.#array}]TJ\n`
    this.#array = ''
  }
}
