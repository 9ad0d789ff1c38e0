import { createHash } from 'node:crypto'
import type { Writable } from 'node:stream'
import { version } from '../../../version.js'
import { DocumentFonts } from './document-fonts.js'
import { PageContent } from './page-content.js'
import { PdfFile } from './pdf-file.js'
import type { PixelPicture } from './pixel-picture.js'
import { writeStructure, type TaggedPart } from './structure.js'
import { dateString, decimal, ref, textString } from './syntax.js'

export interface PdfDocumentOptions {
  /** Of all its pages, in points. */
  readonly width: number
  readonly height: number
  readonly title: string
  /** BCP 47. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly author: string
  readonly now: Date
}

// Pages, and lists of marked content, in one branch of their trees.
const BRANCH = 64

/**
 * A tagged PDF of pages that leave as soon as they are complete. What it holds does not grow by what is on
 * them, but by a few numbers each.
 */
export class PdfDocument {
  readonly fonts: DocumentFonts
  readonly #file: PdfFile
  readonly #options: PdfDocumentOptions
  readonly #catalog: number
  readonly #pages: number
  readonly #structure: number
  readonly #document: number
  readonly #pictures = new Map<string, number>()
  readonly #branches: number[] = []
  readonly #parts: number[] = []
  readonly #owners: number[] = []
  #branch: number
  #branchPages: number[] = []
  #count = 0

  private constructor(file: PdfFile, options: PdfDocumentOptions) {
    this.#file = file
    this.#options = options
    this.fonts = new DocumentFonts(file)
    this.#catalog = file.reserve(4)
    this.#pages = this.#catalog + 1
    this.#structure = this.#catalog + 2
    this.#document = this.#catalog + 3
    this.#branch = file.reserve()
  }

  static async open(output: Writable, options: PdfDocumentOptions): Promise<PdfDocument> {
    const file = new PdfFile(output)
    await file.begin()
    return new PdfDocument(file, options)
  }

  newPage(): PageContent {
    return new PageContent(this.#options.height, this.fonts)
  }

  /** A picture that pages may have by its name. */
  async addPicture(name: string, { width, height, colors, alpha }: PixelPicture): Promise<void> {
    const [picture, mask] = [this.#file.reserve(), this.#file.reserve()]
    const size = `/Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8`
    await this.#file.writeStream(mask, `${size}/ColorSpace/DeviceGray`, alpha)
    await this.#file.writeStream(picture, `${size}/ColorSpace/DeviceRGB/SMask ${ref(mask)}`, colors)
    this.#pictures.set(name, picture)
  }

  async addPage(content: PageContent, parts: readonly TaggedPart[]): Promise<void> {
    const stream = this.#file.reserve()
    await this.#file.writeStream(stream, '', Buffer.from(content.operators, 'latin1'))
    const { width, height } = this.#options
    const fonts = [...content.fonts].map(({ name, object }) => `/${name} ${ref(object)}`).join('')
    const pictures = [...content.pictures]
      .map((name) => `/${name} ${ref(this.#pictures.get(name) ?? 0)}`)
      .join('')
    const sizes = parts.map(countParts).reduce((sum, count) => sum + count, 0)
    // The page, whom its marked content belongs to, and its parts.
    const page = this.#file.reserve(2 + sizes)
    const { objects, roots, owners } = writeStructure(parts, page + 2, page, this.#document)
    await this.#file.writeObjects(page, [
      `<</Type/Page/Parent ${ref(this.#branch)}/MediaBox[0 0 ${decimal(width)} ${decimal(height)}]` +
        `/Resources<</Font<<${fonts}>>/XObject<<${pictures}>>>>/Contents ${ref(stream)}` +
        `/StructParents ${this.#count}/Tabs/S>>`,
      `[${owners.map(ref).join(' ')}]`,
      ...objects,
    ])
    this.#count++
    this.#branchPages.push(page)
    this.#owners.push(page + 1)
    this.#parts.push(...roots)
    if (this.#branchPages.length === BRANCH) {
      await this.#endBranch()
      this.#branch = this.#file.reserve()
    }
  }

  async end(): Promise<void> {
    const file = this.#file
    await this.fonts.write()
    await this.#endBranch()
    const leaves = chunks(this.#owners.map((owner, page) => `${page} ${ref(owner)}`))
    const tree = file.reserve(1 + leaves.length)
    const kids = leaves.map((_, i) => ref(tree + 1 + i))
    await file.writeObjects(tree, [
      `<</Kids[${kids.join(' ')}]>>`,
      ...leaves.map(
        (leaf, i) =>
          `<</Limits[${i * BRANCH} ${i * BRANCH + leaf.length - 1}]/Nums[${leaf.join(' ')}]>>`,
      ),
    ])
    const { title, language, direction, author, now } = this.#options
    await file.writeObjects(this.#catalog, [
      `<</Type/Catalog/Pages ${ref(this.#pages)}/Lang ${textString(language)}/MarkInfo<</Marked true>>` +
        `/StructTreeRoot ${ref(this.#structure)}` +
        `/ViewerPreferences<</DisplayDocTitle true/Direction/${direction === 'rtl' ? 'R2L' : 'L2R'}/PrintScaling/None>>>>`,
      `<</Type/Pages/Kids[${this.#branches.map(ref).join(' ')}]/Count ${this.#count}>>`,
      `<</Type/StructTreeRoot/K ${ref(this.#document)}/ParentTree ${ref(tree)}/ParentTreeNextKey ${this.#count}>>`,
      `<</Type/StructElem/S/Document/P ${ref(this.#structure)}/K[${this.#parts.map(ref).join(' ')}]>>`,
    ])
    const info = file.reserve()
    const date = dateString(now)
    await file.writeObjects(info, [
      `<</Title ${textString(title)}/Author ${textString(author)}/Producer ${textString(`mailprofile ${version}`)}` +
        `/CreationDate ${date}/ModDate ${date}>>`,
    ])
    const id = createHash('sha256').update(`${title} ${date} ${file.length}`).digest('hex')
    await file.end(this.#catalog, info, id.slice(0, 32))
  }

  async #endBranch(): Promise<void> {
    const kids = this.#branchPages.map(ref).join(' ')
    await this.#file.writeObjects(this.#branch, [
      `<</Type/Pages/Parent ${ref(this.#pages)}/Kids[${kids}]/Count ${this.#branchPages.length}>>`,
    ])
    this.#branches.push(this.#branch)
    this.#branchPages = []
  }
}

function countParts({ kids }: TaggedPart): number {
  return kids.reduce<number>((sum, kid) => sum + (typeof kid === 'number' ? 0 : countParts(kid)), 1)
}

function chunks<T>(values: readonly T[]): T[][] {
  const count = Math.max(1, Math.ceil(values.length / BRANCH))
  return Array.from({ length: count }, (_, i) => values.slice(i * BRANCH, (i + 1) * BRANCH))
}
