import { createHash } from 'node:crypto'
import type { Face } from '../text/face.js'
import type { PdfFile } from './pdf-file.js'
import { subset } from './subset.js'
import { hexUtf16, ref } from './syntax.js'

// Of characters in one list of a CMap (Adobe Technical Note 5014, section 7.4.2 and others).
const MOST_IN_LIST = 100
const SYMBOLIC = 4

/** A font of a document: which of its glyphs the pages have, and what each stands for. */
export class DocumentFont {
  readonly face: Face
  /** In resources of pages. */
  readonly name: string
  readonly object: number
  readonly #texts = new Map<number, string>()

  constructor(face: Face, number: number, object: number) {
    this.face = face
    this.name = `F${number}`
    this.object = object
  }

  /**
   * Notes that a glyph is on a page, and what it stands for there.
   *
   * @returns whether that is what it stands for everywhere
   */
  use(glyph: number, text: string): boolean {
    const known = this.#texts.get(glyph)
    if (known === text) return true
    if (known !== undefined && known !== '') return false
    this.#texts.set(glyph, text)
    return true
  }

  /** A glyph that is a part of what others show. */
  useSilently(glyph: number): void {
    if (!this.#texts.has(glyph)) this.#texts.set(glyph, '')
  }

  /** The font itself (ISO 32000-1, section 9.7.4): TrueType with the glyphs' own numbers. */
  async write(file: PdfFile): Promise<void> {
    const glyphs = [...this.#texts.keys()].sort((a, b) => a - b)
    const bytes = subset(this.face.file, glyphs, this.face.weight)
    const tag = createHash('sha256').update(bytes).digest()
    const prefix = Array.from(tag.subarray(0, 6), (byte) => String.fromCharCode(65 + (byte % 26)))
    const name = `${prefix.join('')}+${this.face.name}`
    const first = file.reserve(2)
    const [program, toUnicode] = [file.reserve(), file.reserve()]
    await file.writeStream(program, `/Length1 ${bytes.length}`, bytes)
    await file.writeStream(toUnicode, '', Buffer.from(toUnicodeMap(this.#texts, glyphs), 'latin1'))
    const { ascender, descender, capHeight, box } = this.face.metrics
    const widths = glyphs.map((glyph) => `${glyph}[${this.face.advanceOf(glyph)}]`).join('')
    await file.writeObjects(first, [
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
        `/FontDescriptor ${ref(first + 1)}/CIDToGIDMap/Identity/DW 0/W[${widths}]>>`,
      `<</Type/FontDescriptor/FontName/${name}/Flags ${SYMBOLIC}/FontBBox[${box.join(' ')}]/ItalicAngle 0` +
        `/Ascent ${ascender}/Descent ${descender}/CapHeight ${capHeight}/StemV ${this.face.weight > 400 ? 120 : 80}` +
        `/FontFile2 ${ref(program)}>>`,
    ])
    await file.writeObjects(this.object, [
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${ref(first)}]/ToUnicode ${ref(toUnicode)}>>`,
    ])
  }
}

// What programs copy and search (section 9.10.3).
function toUnicodeMap(texts: ReadonlyMap<number, string>, glyphs: readonly number[]): string {
  const lines = glyphs.flatMap((glyph) => {
    const text = texts.get(glyph) ?? ''
    return text === '' ? [] : [`<${hexGlyph(glyph)}> <${hexUtf16(text)}>`]
  })
  let lists = ''
  for (let i = 0; i < lines.length; i += MOST_IN_LIST) {
    const list = lines.slice(i, i + MOST_IN_LIST)
    lists += `${list.length} beginbfchar\n${list.join('\n')}\nendbfchar\n`
  }
  return (
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n' +
    '/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n' +
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n' +
    `1 begincodespacerange <0000> <ffff> endcodespacerange\n${lists}` +
    'endcmap CMapName currentdict /CMap defineresource pop end end\n'
  )
}

/** A glyph in the strings of a page. */
export function hexGlyph(glyph: number): string {
  return glyph.toString(16).padStart(4, '0')
}
