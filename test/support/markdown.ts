import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)

/** Every page in `docs` and its folders, such as `docs/api.md`. */
export const DOCS: readonly string[] = readdirSync(fileURLToPath(new URL('docs', ROOT)), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((name) => name.endsWith('.md'))
  .sort()
  .map((name) => `docs/${name}`)

/** The text of a page of the repository. */
export function readPage(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8')
}

/** A page without what stands between fences. */
export function proseOf(page: string): string {
  return readPage(page).replace(/^( *)```[^]*?^\1```$/gm, '')
}

/** What stands between the marks of code in a text, fences aside. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '))
}

/**
 * The cells of a table.
 *
 * @param first what its first column is called; the first such table of the page is meant
 */
export function tableOf(page: string, first: string): string[][] {
  const [, rows] =
    new RegExp(`\\n\\| ${first} [^\\n]*\\n\\| -[^\\n]*\\n((?:\\|[^\\n]*\\n)+)`).exec(
      readPage(page),
    ) ?? []
  if (rows === undefined) throw new Error(`${page} has no table that begins with “${first}”.`)
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** What the headings of a page are called in links, as GitHub does it. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of proseOf(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`
    anchors.add(anchor)
  }
  return anchors
}

/** Where the links and pictures of a page lead, as they are written. */
export function linksIn(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g)].map(
    ([, link, other]) => link ?? other ?? '',
  )
}
