import {
  Buffer as ShapingBuffer,
  Direction,
  Font,
  Variation,
  shape,
  type Face as Cut,
} from 'harfbuzzjs'

/** Units of the em: those of all our fonts, and those of widths in PDF. */
export const EM = 1000

/** A glyph where it is drawn, in thousandths of the size of the type. */
export interface Glyph {
  readonly id: number
  readonly advance: number
  /** Away from where it would stand. */
  readonly x: number
  readonly y: number
  /** Where in the text that it came from is what it shows. */
  readonly cluster: number
}

/** Glyphs in the order in which they stand, from left to right. */
export interface Shaped {
  readonly text: string
  readonly glyphs: readonly Glyph[]
  readonly width: number
}

/** What a document says of a font as a whole. */
export interface FaceMetrics {
  readonly ascender: number
  readonly descender: number
  readonly capHeight: number
  readonly box: readonly number[]
}

// Of Noto Sans. Programs that have to stand in another font for it ask for it.
const CAP_HEIGHT = 714

// Words come again and again; names do not, and a list may have millions of them.
const MOST_SHAPED = 1000

/** A font file at one weight. Words become glyphs in it by HarfBuzz, which browsers use, too. */
export class Face {
  /** What it is called in the document. */
  readonly name: string
  /** The file as it is, and where on its axis of weights this is. */
  readonly file: Uint8Array
  readonly weight: number
  readonly #cut: Cut
  readonly #font: Font
  readonly #shaped = new Map<string, Shaped>()

  constructor(name: string, file: Uint8Array, cut: Cut, weight: number) {
    this.name = name
    this.file = file
    this.weight = weight
    this.#cut = cut
    this.#font = new Font(cut)
    this.#font.setScale(EM, EM)
    this.#font.setVariations([new Variation('wght', weight)])
  }

  /** Of the whole font, in thousandths of the size of the type. */
  get metrics(): FaceMetrics {
    const { ascender, descender } = this.#font.hExtents()
    const cut = this.#cut
    const scale = EM / cut.upem
    const head = cut.referenceTable('head')
    const view = head === undefined ? undefined : new DataView(head.buffer, head.byteOffset)
    // xMin, yMin, xMax, yMax of the table “head”.
    const box = [36, 38, 40, 42].map((at) => Math.round((view?.getInt16(at) ?? 0) * scale))
    return { ascender, descender, capHeight: CAP_HEIGHT, box }
  }

  /** How wide a glyph is by itself, which the document says once. */
  advanceOf(glyph: number): number {
    return this.#font.glyphHAdvance(glyph)
  }

  /**
   * @param text of one direction
   * @param language BCP 47: some have forms of their own for letters that others write, too
   */
  shape(text: string, isRightToLeft: boolean, language: string): Shaped {
    const key = `${isRightToLeft ? 'r' : 'l'}${language} ${text}`
    const known = this.#shaped.get(key)
    if (known !== undefined) return known
    const shaped = shapeAnew(this.#font, text, isRightToLeft, language)
    if (this.#shaped.size >= MOST_SHAPED) this.#shaped.clear()
    this.#shaped.set(key, shaped)
    return shaped
  }
}

let buffer: ShapingBuffer | undefined

function shapeAnew(font: Font, text: string, isRightToLeft: boolean, language: string): Shaped {
  buffer ??= new ShapingBuffer()
  buffer.clearContents()
  buffer.addText(text)
  buffer.setDirection(isRightToLeft ? Direction.RTL : Direction.LTR)
  buffer.setLanguage(language)
  buffer.guessSegmentProperties()
  shape(font, buffer)
  const positions = buffer.getGlyphPositions()
  let width = 0
  const glyphs = buffer.getGlyphInfos().map(({ codepoint, cluster }, i): Glyph => {
    const at = positions[i]
    width += at?.xAdvance ?? 0
    return {
      id: codepoint,
      advance: at?.xAdvance ?? 0,
      x: at?.xOffset ?? 0,
      y: at?.yOffset ?? 0,
      cluster,
    }
  })
  return { text, glyphs, width }
}
