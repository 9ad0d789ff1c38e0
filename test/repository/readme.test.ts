import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)

/** The files that a page of the repository leads to. */
function linksOf(page: string): string[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8')
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)|\bsrc="([^"]+)"/g)]
    .map(([, link, picture]) => link ?? picture ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
}

it.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/languages.md',
  'integrations/html/README.md',
  'integrations/roundcube/README.md',
])('%s leads to what is there', (page) => {
  const lost = linksOf(page).filter((link) => !existsSync(new URL(link, new URL(page, ROOT))))
  expect(lost).toEqual([])
})

const DOCS = readdirSync(new URL('docs', ROOT))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
const PICTURES = readdirSync(new URL('docs/images', ROOT)).map((name) => `docs/images/${name}`)

it('shows pictures that are there, each in words too, and keeps none that nothing shows', () => {
  const shown = ['README.md', ...DOCS].flatMap((page) => {
    const text = readFileSync(new URL(page, ROOT), 'utf8')
    const images = text.match(/<img\b[^>]*>/g) ?? []
    return images.map((image) => {
      expect(image).toMatch(/ alt="[^"]{20,}"/)
      const src = / src="([^"]+)"/.exec(image)?.[1] ?? ''
      return new URL(src, new URL(page, ROOT)).pathname.replace(new URL(ROOT).pathname, '')
    })
  })
  expect([...new Set(shown)].sort()).toEqual([...PICTURES].sort())
})

it.each(PICTURES)('%s is a PNG that is quickly loaded', (picture) => {
  const url = new URL(picture, ROOT)
  expect(readFileSync(url).subarray(1, 4).toString()).toBe('PNG')
  expect(statSync(url).size).toBeLessThanOrEqual(60_000)
})

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
