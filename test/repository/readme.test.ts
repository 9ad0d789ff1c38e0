import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

/** The files that a page of the repository leads to. */
function linksOf(page: string): string[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8')
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|\bsrc="([^"]+)"/g)]
    .map(([, link, picture]) => link ?? picture ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
}

it.each(['README.md', 'CONTRIBUTING.md', 'docs/languages.md'])(
  '%s leads to what is there',
  (page) => {
    const lost = linksOf(page).filter((link) => !existsSync(new URL(link, new URL(page, ROOT))))
    expect(lost).toEqual([])
  },
)

it.each(['docs/design.md', 'docs/languages.md', 'docs/configuration.md', 'docs/security.md'])(
  '%s is found from README.md',
  (page) => {
    expect(linksOf('README.md')).toContain(page)
  },
)

it('says how a language is added where contributors look', () => {
  const [, recipe = ''] =
    /\*\*a language\.\*\*([^]*?)\n\n/.exec(
      readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8'),
    ) ?? []
  for (const path of [
    'templates/locales/<tag>.json',
    'src/texts/languages.ts',
    'docs/languages.md',
  ]) {
    expect(recipe).toContain(path)
  }
})
