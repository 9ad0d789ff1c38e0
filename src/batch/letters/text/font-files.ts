import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { ownFile } from '../../../own-files.js'

/** One file of a family: the packages have them cut by script, and Han by how common a character is. */
export interface FontFile {
  readonly path: string
  /** What the family is called in documents. */
  readonly name: string
  /** Whether it may hold a character; what it really holds, it says itself. */
  readonly mayHold: (codePoint: number) => boolean
}

/** What letters are set in. */
export type Family = 'sans' | 'mono' | 'arabic' | 'hebrew' | 'thai' | 'jp' | 'sc' | 'kr'

/** The package of each family, and which of its files are of use. */
const PACKAGES: Readonly<Record<Family, readonly [source: string, parts?: readonly string[]]>> = {
  // Latin, Greek, Cyrillic, Devanagari.
  sans: ['@fontsource-variable/noto-sans'],
  mono: ['@fontsource-variable/noto-sans-mono', ['latin', 'latin-ext']],
  arabic: ['@fontsource-variable/noto-sans-arabic', ['arabic']],
  hebrew: ['@fontsource-variable/noto-sans-hebrew', ['hebrew']],
  thai: ['@fontsource-variable/noto-sans-thai', ['thai']],
  jp: ['@fontsource-variable/noto-sans-jp'],
  sc: ['@fontsource-variable/noto-sans-sc'],
  kr: ['@fontsource-variable/noto-sans-kr'],
}

const require = createRequire(import.meta.url)

/**
 * The files of a family, in the order in which they are asked.
 *
 * @returns none where its package is not there: those of Han and Hangul, 15 MB, may be left out
 */
export function fontFiles(family: Family): readonly FontFile[] {
  const [source, parts] = PACKAGES[family]
  const folder = folderOf(source)
  if (folder === undefined) return []
  const ranges = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Readonly<
    Record<string, string>
  >
  const name = basename(source)
  const names = Object.keys(ranges).map((part) => part.replace(/^\[(.*)\]$/, '$1'))
  const wanted = (parts ?? names).map((part) => ({ part, place: placeOf(part) }))
  return wanted
    .sort((a, b) => a.place - b.place)
    .map(({ part }) => ({
      path: join(folder, 'files', `${name}-${part}-wght-normal.woff2`),
      name: name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      mayHold: parseRanges(ranges[part] ?? ranges[`[${part}]`] ?? ''),
    }))
}

// Most of a text is Latin, and its digits and punctuation are to come from one file.
function placeOf(part: string): number {
  return part === 'latin' ? 0 : part === 'latin-ext' ? 1 : 2
}

// The build has copies of most of them.
function folderOf(name: string): string | undefined {
  const copied = ownFile(`dist/fonts/${basename(name)}`)
  if (existsSync(copied)) return copied
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}

// U+0000-00FF,U+0131
function parseRanges(text: string): (codePoint: number) => boolean {
  const ranges = text.split(',').map((range) => {
    const [first = '', last = first] = range.trim().replace(/^U\+/i, '').split('-')
    return [parseInt(first, 16), parseInt(last, 16)] as const
  })
  return (codePoint) => ranges.some(([first, last]) => first <= codePoint && codePoint <= last)
}
