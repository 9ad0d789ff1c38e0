import type { Line } from '../text/lines.js'
import type { Glyph, Shaped } from '../text/face.js'
import { hexGlyph, type DocumentFont } from './document-font.js'
import type { DocumentFonts } from './document-fonts.js'
import { decimal, textString } from './syntax.js'

/** What is drawn on a page. All places are in points from its top left. */
export class PageContent {
  readonly #height: number
  readonly #fonts: DocumentFonts
  readonly #used = new Set<DocumentFont>()
  readonly #pictures = new Set<string>()
  #marked = 0
  #operators = ''

  /** @param height of the page */
  constructor(height: number, fonts: DocumentFonts) {
    this.#height = height
    this.#fonts = fonts
  }

  get operators(): string {
    return this.#operators
  }

  get fonts(): ReadonlySet<DocumentFont> {
    return this.#used
  }

  /** Names of pictures that are on it. */
  get pictures(): ReadonlySet<string> {
    return this.#pictures
  }

  /**
   * Marks what is drawn as one thing to be read.
   *
   * @returns its number on this page
   */
  mark(role: string, draw: () => void): number {
    const number = this.#marked++
    this.#operators += `/${role}<</MCID ${number}>>BDC\n`
    draw()
    this.#operators += 'EMC\n'
    return number
  }

  /** Marks what is drawn as nothing to be read. */
  artifact(draw: () => void): void {
    this.#operators += '/Artifact BMC\n'
    draw()
    this.#operators += 'EMC\n'
  }

  /** A line of text from its left end on. */
  text({ pieces }: Line, x: number, baseline: number, size: number, color: string): void {
    let operators = `BT ${fill(color)}1 0 0 1 ${decimal(x)} ${decimal(this.#height - baseline)} Tm\n`
    let current: DocumentFont | undefined
    for (const { face, shaped } of pieces) {
      const font = this.#fonts.of(face)
      this.#used.add(font)
      if (font !== current) operators += `/${font.name} ${decimal(size)} Tf\n`
      current = font
      operators += glyphs(font, shaped, size)
    }
    this.#operators += `${operators}ET\n`
  }

  /** A box as the document has it: from the bottom up. */
  boxOf(x: number, y: number, width: number, height: number): [number, number, number, number] {
    return [x, this.#height - y - height, x + width, this.#height - y]
  }

  rectangle(x: number, y: number, width: number, height: number, color: string): void {
    this.#operators += `${fill(color)}${[x, this.#height - y - height, width, height].map(decimal).join(' ')} re f\n`
  }

  line(from: readonly [number, number], to: readonly [number, number], width: number): void {
    const at = ([x, y]: readonly [number, number]) => `${decimal(x)} ${decimal(this.#height - y)}`
    this.#operators += `0 G ${decimal(width)} w ${at(from)} m ${at(to)} l S\n`
  }

  /** Outlines that are filled black, in units of their own, as `qrPath` makes them. */
  outlines(path: string, x: number, y: number, unit: number): void {
    const place = `${unit.toFixed(5)} 0 0 ${(-unit).toFixed(5)} ${decimal(x)} ${decimal(this.#height - y)}`
    this.#operators += `q 0 g ${place} cm\n${pathOperators(path)}f Q\n`
  }

  picture(name: string, x: number, y: number, width: number, height: number): void {
    this.#pictures.add(name)
    const place = [width, 0, 0, height, x, this.#height - y - height].map(decimal).join(' ')
    this.#operators += `q ${place} cm /${name} Do Q\n`
  }
}

function fill(color: string): string {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
  const [red, green, blue] = parts
  // Black ink alone, and not a mixture of all, for what is grey.
  if (red === green && green === blue) return `${decimal(red ?? 0)} g `
  return `${parts.map((part) => String(Math.round(part * 1000) / 1000)).join(' ')} rg `
}

// M3 4h5v6h-2z, with whole numbers.
function pathOperators(path: string): string {
  let operators = ''
  let [x, y] = [0, 0]
  for (const [, command = '', first = '', second = ''] of path.matchAll(
    /([Mhvz])(-?\d+)?(?: (-?\d+))?/g,
  )) {
    if (command === 'z') {
      operators += 'h\n'
      continue
    }
    if (command === 'M') [x, y] = [Number(first), Number(second)]
    else if (command === 'h') x += Number(first)
    else y += Number(first)
    operators += `${x} ${y} ${command === 'M' ? 'm' : 'l'} `
  }
  return operators
}

// Each cluster of characters with the glyphs that show it. What no map from glyphs to characters can say is
// said beside them (section 14.9.4).
function glyphs(font: DocumentFont, shaped: Shaped, size: number): string {
  const strings = new Strings(font, size)
  for (const { text, shown } of clusters(shaped)) {
    const [only] = shown
    const isPlain =
      text !== '' && shown.length === 1 && only !== undefined && font.use(only.id, text)
    if (!isPlain) {
      for (const { id } of shown) font.useSilently(id)
      strings.begin(text)
    }
    for (const glyph of shown) strings.add(glyph)
    if (!isPlain) strings.end()
  }
  return strings.finish()
}

interface Cluster {
  readonly text: string
  readonly shown: Glyph[]
}

function clusters({ text, glyphs }: Shaped): Cluster[] {
  const starts = [...new Set(glyphs.map(({ cluster }) => cluster))].sort((a, b) => a - b)
  const ends = new Map(starts.map((start, i) => [start, starts[i + 1] ?? text.length]))
  const found: Cluster[] = []
  let current: number | undefined
  for (const glyph of glyphs) {
    if (glyph.cluster !== current) {
      current = glyph.cluster
      found.push({ text: text.slice(current, ends.get(current)), shown: [] })
    }
    found.at(-1)?.shown.push(glyph)
  }
  return found
}

/** Operators that show glyphs one after another (section 9.4.3). */
class Strings {
  readonly #font: DocumentFont
  readonly #size: number
  #operators = ''
  #array = ''
  #string = ''
  #rise = 0

  constructor(font: DocumentFont, size: number) {
    this.#font = font
    this.#size = size
  }

  begin(text: string): void {
    this.#flush()
    this.#operators += `/Span<</ActualText ${textString(text)}>>BDC\n`
  }

  end(): void {
    this.#flush()
    this.#operators += 'EMC\n'
  }

  add({ id, advance, x, y }: Glyph): void {
    if (y !== this.#rise) {
      this.#flush()
      this.#operators += `${decimal((y * this.#size) / 1000)} Ts\n`
      this.#rise = y
    }
    this.#move(x)
    this.#string += hexGlyph(id)
    this.#move(advance - x - this.#font.face.advanceOf(id))
  }

  finish(): string {
    this.#flush()
    return this.#rise === 0 ? this.#operators : `${this.#operators}0 Ts\n`
  }

  #move(distance: number): void {
    if (distance === 0) return
    this.#closeString()
    this.#array += String(-distance)
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
