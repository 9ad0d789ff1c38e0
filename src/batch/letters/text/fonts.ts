import { readFile } from 'node:fs/promises'
import { Blob, Face as Cut } from 'harfbuzzjs'
import decompress from 'woff2-encoder/decompress'
import { Face } from './face.js'
import { fontFiles, type Family, type FontFile } from './font-files.js'

/** How a text is to look, as far as the choice of its fonts goes. */
export interface TypeStyle {
  readonly weight: 400 | 700
  /** For what is typed: no letter of it looks like another. */
  readonly isMono: boolean
  /** Whose forms Han characters have. */
  readonly han: Han
  /** Whether quotation marks and dashes are as wide as those characters. */
  readonly isEastern: boolean
}

/** In whose forms characters are drawn that Chinese, Japanese and Korean share. */
export type Han = 'jp' | 'sc' | 'kr'

interface Opened {
  readonly file: FontFile
  readonly bytes: Uint8Array
  readonly cut: Cut
  readonly holds: ReadonlySet<number>
  readonly faces: Map<number, Face>
}

// Of clusters of characters: a list has a few thousand, and a hostile one no end of them.
const MOST_KNOWN = 20_000
// They have no glyph, and change those beside them.
const JOINERS = /\p{Default_Ignorable_Code_Point}/gu
// Both Latin fonts and those of Han have them, at other widths.
const SHARED_PUNCTUATION = /^[‘’“”…—·]$/
const HAN_LANGUAGES: ReadonlyMap<string, Han> = new Map([
  ['ja', 'jp'],
  ['zh', 'sc'],
  ['ko', 'kr'],
])

/**
 * How Han characters look in a letter: as its language has them, else as the script that they stand beside.
 *
 * @param language BCP 47
 */
export function eastOf(language: string, text: string): Pick<TypeStyle, 'han' | 'isEastern'> {
  const own = HAN_LANGUAGES.get(language.split('-')[0] ?? '')
  return own === undefined ? { han: hanIn(text), isEastern: false } : { han: own, isEastern: true }
}

function hanIn(text: string): Han {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'jp'
  return /\p{Script=Hangul}/u.test(text) ? 'kr' : 'sc'
}

/** The shipped fonts. A file is read when it is first needed: Japanese alone has a hundred and twenty. */
export class Fonts {
  readonly #files = new Map<Family, readonly FontFile[]>()
  readonly #opened = new Map<string, Promise<Opened>>()
  readonly #ready = new Map<string, Opened>()
  readonly #known = new Map<string, Opened | undefined>()

  /** Reads what a text needs, so that `faceFor` has an answer for each of its clusters. */
  async prepare(clusters: Iterable<string>, look: Omit<TypeStyle, 'weight'>): Promise<void> {
    if (this.#known.size > MOST_KNOWN) this.#known.clear()
    for (const cluster of clusters) {
      const key = keyOf(cluster, look)
      if (!this.#known.has(key)) this.#known.set(key, await this.#find(cluster, look))
    }
  }

  /**
   * The font that has all of a cluster.
   *
   * @returns undefined where none has
   */
  faceFor(cluster: string, look: TypeStyle): Face | undefined {
    const opened = this.#known.get(keyOf(cluster, look))
    return opened === undefined ? undefined : faceOf(opened, look.weight)
  }

  /** Whose first glyph stands for what no font has: a box. */
  fallback(weight: number): Face {
    const [opened] = this.#ready.values()
    if (opened === undefined) throw new Error('No font has been read.')
    return faceOf(opened, weight)
  }

  /** Reads the font of most of all letters. */
  async open(): Promise<this> {
    const [file] = this.#filesOf('sans')
    if (file === undefined) throw new Error('The folder dist/fonts is missing: build it.')
    await this.#open(file)
    return this
  }

  async #find(cluster: string, look: Omit<TypeStyle, 'weight'>): Promise<Opened | undefined> {
    const codePoints = codePointsOf(cluster)
    const [first] = codePoints
    if (first === undefined) return undefined
    for (const family of familiesFor(cluster, look)) {
      for (const file of this.#filesOf(family)) {
        if (!file.mayHold(first)) continue
        const opened = await this.#open(file)
        if (codePoints.every((codePoint) => opened.holds.has(codePoint))) return opened
      }
    }
    return undefined
  }

  #filesOf(family: Family): readonly FontFile[] {
    const files = this.#files.get(family) ?? fontFiles(family)
    this.#files.set(family, files)
    return files
  }

  #open(file: FontFile): Promise<Opened> {
    const opened = this.#opened.get(file.path) ?? this.#read(file)
    this.#opened.set(file.path, opened)
    return opened
  }

  async #read(file: FontFile): Promise<Opened> {
    const bytes = await decompress(await readFile(file.path))
    const cut = new Cut(new Blob(bytes))
    const holds = new Set(cut.collectUnicodes())
    const opened = { file, bytes, cut, holds, faces: new Map<number, Face>() }
    this.#ready.set(file.path, opened)
    return opened
  }
}

function faceOf({ file, bytes, cut, faces }: Opened, weight: number): Face {
  const known = faces.get(weight)
  if (known !== undefined) return known
  const name = `${file.name}-${weight > 400 ? 'Bold' : 'Regular'}`
  const face = new Face(name, bytes, cut, weight)
  faces.set(weight, face)
  return face
}

function keyOf(cluster: string, { isMono, han, isEastern }: Omit<TypeStyle, 'weight'>): string {
  return `${han}${isMono ? '=' : ''}${isEastern ? '+' : ''}:${cluster}`
}

function codePointsOf(cluster: string): number[] {
  return Array.from(cluster.replace(JOINERS, ''), (character) => character.codePointAt(0) ?? 0)
}

function familiesFor(cluster: string, look: Omit<TypeStyle, 'weight'>): Family[] {
  const { isMono, han, isEastern } = look
  const east = [han, ...(['sc', 'jp', 'kr'] as const).filter((other) => other !== han)]
  const west: Family[] = ['sans', 'arabic', 'hebrew', 'thai']
  if (SHARED_PUNCTUATION.test(cluster) && !isMono && isEastern) return [han, ...west]
  return [...(isMono ? (['mono'] as const) : []), ...west, ...east]
}
