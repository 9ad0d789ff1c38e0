import { createHash } from 'node:crypto'
import type { Face } from '../text/face.js'
import type { PdfFile } from './pdf-file.js'
import { subset } from './subset.js'
import { hexUtf16, ref } from './syntax.js'

// Of characters in one list of a CMap (Adobe Technical Note 5014, section 7.4.2 and others).
const MOST_IN_LIST = 100
const SYMBOLIC = 4

/** What stands for nothing by itself, to programs that want something for every glyph. */
const NO_TEXT = '\u200b'
// What one glyph stands for: a hostile list could otherwise have no end of it.
const MOST_TEXTS = 100
const MOST_CODES = 60_000

interface Code {
  readonly glyph: number
  readonly text: string
}

/**
 * A font of a document: its glyphs on the pages, under codes of its own. A glyph that shows different characters,
 * as letters of Arabic that differ in their dots do, has a code for each, so that what is copied is right.
 */
export class DocumentFont {
  readonly face: Face
  /** In resources of pages. */
  readonly name: string
  readonly object: number
  // That of the box for what there is no glyph for is 0.
  readonly #codes: Code[] = [{ glyph: 0, text: '' }]
  readonly #byGlyph = new Map<number, Map<string, number>>()

  constructor(face: Face, number: number, object: number) {
    this.face = face
    this.name = `F${number}`
    this.object = object
  }

  /**
   * The code under which a page shows a glyph.
   *
   * @param text what it stands for there; by default nothing
   */
  codeOf(glyph: number, text = NO_TEXT): number {
    const texts = this.#byGlyph.get(glyph) ?? new Map<string, number>()
    const known = texts.get(text)
    if (known !== undefined) return known
    const [first] = texts.values()
    const isFull = texts.size >= MOST_TEXTS || this.#codes.length >= MOST_CODES
    if (isFull && first !== undefined) return first
    this.#byGlyph.set(glyph, texts)
    texts.set(text, this.#codes.length)
    return this.#codes.push({ glyph, text }) - 1
  }

  /** The font itself (ISO 32000-1, section 9.7.4). */
  async write(file: PdfFile): Promise<void> {
    const { face } = this
    const bytes = subset(face.file, new Set(this.#byGlyph.keys()), face.weight)
    const tag = createHash('sha256').update(bytes).digest()
    const prefix = Array.from(tag.subarray(0, 6), (byte) => String.fromCharCode(65 + (byte % 26)))
    const name = `${prefix.join('')}+${face.name}`
    const first = file.reserve(2)
    const [program, toUnicode, toGlyphs] = [file.reserve(), file.reserve(), file.reserve()]
    await file.writeStream(program, `/Length1 ${bytes.length}`, bytes)
    await file.writeStream(toUnicode, '', Buffer.from(toUnicodeMap(this.#codes), 'latin1'))
    const glyphs = Buffer.alloc(this.#codes.length * 2)
    for (const [code, { glyph }] of this.#codes.entries()) glyphs.writeUInt16BE(glyph, code * 2)
    await file.writeStream(toGlyphs, '', glyphs)
    const { ascender, descender, capHeight, box } = face.metrics
    const widths = this.#codes.map(({ glyph }) => face.advanceOf(glyph)).join(' ')
    await file.writeObjects(first, [
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
        `/FontDescriptor ${ref(first + 1)}/CIDToGIDMap ${ref(toGlyphs)}/DW 0/W[0[${widths}]]>>`,
      `<</Type/FontDescriptor/FontName/${name}/Flags ${SYMBOLIC}/FontBBox[${box.join(' ')}]/ItalicAngle 0` +
        `/Ascent ${ascender}/Descent ${descender}/CapHeight ${capHeight}/StemV ${face.weight > 400 ? 120 : 80}` +
        `/FontFile2 ${ref(program)}>>`,
    ])
    await file.writeObjects(this.object, [
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${ref(first)}]/ToUnicode ${ref(toUnicode)}>>`,
    ])
  }
}

// What programs copy and search (section 9.10.3).
function toUnicodeMap(codes: readonly Code[]): string {
  const lines = codes.flatMap(({ text }, code) =>
    text === '' ? [] : [`<${hexCode(code)}> <${hexUtf16(text)}>`],
  )
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

/** A code in the strings of a page. */
export function hexCode(code: number): string {
  return code.toString(16).padStart(4, '0')
}
