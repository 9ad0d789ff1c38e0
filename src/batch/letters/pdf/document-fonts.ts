import type { Face } from '../text/face.js'
import { DocumentFont } from './document-font.js'
import type { PdfFile } from './pdf-file.js'

/** The fonts of a document, each once, with the glyphs of all its pages. */
export class DocumentFonts {
  readonly #file: PdfFile
  readonly #fonts = new Map<Face, DocumentFont>()

  constructor(file: PdfFile) {
    this.#file = file
  }

  of(face: Face): DocumentFont {
    const known = this.#fonts.get(face)
    if (known !== undefined) return known
    const font = new DocumentFont(face, this.#fonts.size + 1, this.#file.reserve())
    this.#fonts.set(face, font)
    return font
  }

  async write(): Promise<void> {
    for (const font of this.#fonts.values()) await font.write(this.#file)
  }
}
