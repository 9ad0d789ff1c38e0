import { readFileSync } from 'node:fs'
import { describe } from 'vitest'

const PAGE = new URL('../../docs/security.md', import.meta.url)
const SECTION = '## What holds against attacks'

/** What docs/security.md promises, a sentence or two each, without its markup. */
export function readPromises(): string[] {
  const [, section = ''] = readFileSync(PAGE, 'utf8').split(`\n${SECTION}\n`)
  const [own = ''] = section.split(/^## /m)
  return own
    .split(/^- /m)
    .slice(1)
    .map((item) => plain(item.split(/\n(?:\n|#)/)[0] ?? ''))
}

/**
 * A promise of docs/security.md, and the attacks that would break it.
 *
 * @param sentence as it stands there; the markup may be left out
 */
export function promise(sentence: string, attacks: () => void): void {
  if (!readPromises().includes(plain(sentence))) {
    throw new Error(`docs/security.md does not promise under “${SECTION}”: ${sentence}`)
  }
  describe(sentence, attacks)
}

/** A text without the marks of emphasis, code and links, on one line. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The sentences for which a file has a `promise`, from its source. */
export function promisesIn(source: string): string[] {
  return [...source.matchAll(/\bpromise\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)].map(
    ([, , sentence = '']) => plain(sentence),
  )
}
