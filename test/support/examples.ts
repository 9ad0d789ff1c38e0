import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)

/** A block of code in a page. */
export interface Example {
  /** `docs/api.md` */
  readonly page: string
  /** Where it begins, for people. */
  readonly line: number
  /** What stands behind the opening fence. */
  readonly language: string
  /** As somebody copies it: without the indentation of a list. */
  readonly text: string
}

/** Every page that people copy from. */
export const PAGES: readonly string[] = [
  'README.md',
  'certs/README.md',
  ...readdirSync(fileURLToPath(new URL('docs', ROOT)))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
]

/** All blocks of code between fences. */
export const EXAMPLES: readonly Example[] = PAGES.flatMap((page) =>
  examplesIn(page, readFileSync(new URL(page, ROOT), 'utf8')),
)

/** The blocks of a page. */
export function examplesIn(page: string, source: string): Example[] {
  return [...source.matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm)].map((match) => {
    const [, indentation = '', language = '', body = ''] = match
    return {
      page,
      line: source.slice(0, match.index).split('\n').length,
      language,
      text: body.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
    }
  })
}

/** What an example is called: its page and its first line, with a number if it is not the first such. */
export function nameOf(one: Example): string {
  const same = EXAMPLES.filter((other) => titleOf(other) === titleOf(one))
  const place = same.indexOf(one)
  return place === 0 ? titleOf(one) : `${titleOf(one)} (${place + 1})`
}

function titleOf({ page, text }: Example): string {
  return `${page}: ${(text.split('\n')[0] ?? '').trim()}`
}

/** The text of the example that is called so. */
export function example(name: string): string {
  const found = EXAMPLES.find((one) => nameOf(one) === name)
  if (found === undefined) throw new Error(`There is no example ${name}`)
  return found.text
}

/**
 * An example with other places in it. Each of them has to be there: what an example does not say any
 * more is not replaced unnoticed.
 */
export function withPlaces(
  text: string,
  places: readonly (readonly [from: string, to: string])[],
): string {
  return places.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`The example does not say ${from}`)
    return result.replaceAll(from, to)
  }, text)
}
