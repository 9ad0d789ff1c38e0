import type { Line } from '../text/lines.js'
import type { DocumentFont } from './document-font.js'
import type { DocumentFonts } from './document-fonts.js'
import { showGlyphs } from './show-glyphs.js'
import { decimal } from './syntax.js'

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
      operators += showGlyphs(font, shaped, size)
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
