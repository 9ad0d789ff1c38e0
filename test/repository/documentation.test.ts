import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { anchorsOf, DOCS, linksIn, readPage } from '../support/markdown.js'

const ROOT = new URL('../../', import.meta.url)
const INDEX = 'docs/README.md'
const FOLDERS = ['', 'bench/', 'certs/', 'contrib/', 'integrations/', 'packaging/']

const OTHERS = FOLDERS.filter((folder) => existsSync(new URL(folder, ROOT))).flatMap((folder) =>
  readdirSync(fileURLToPath(new URL(folder === '' ? '.' : folder, ROOT)))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}${name}`),
)

/** The links of a page into the repository that lead nowhere. */
function lostLinks(page: string): string[] {
  const here = new URL(page, ROOT)
  return linksIn(page).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const target = new URL(link, here)
    const anchor = decodeURIComponent(target.hash.slice(1))
    target.hash = ''
    if (!existsSync(target)) return true
    return anchor !== '' && !anchorsOf(target.href.replace(ROOT.href, '')).has(anchor)
  })
}

describe('the documentation', () => {
  it.each([...OTHERS, ...DOCS])('%s leads to pages and headings that are there', (page) => {
    expect(lostLinks(page)).toEqual([])
  })

  it.each(DOCS)('%s begins with what its reader can do after it', (page) => {
    const [, first = ''] = /^# [^\n]+\n\n([^]*?)\n\n/.exec(readPage(page)) ?? []
    expect(first).toMatch(/^After this page you (?:can|know) [^]*\.$/)
    // One sentence.
    expect(first).not.toMatch(/[.!?] /)
  })

  it('has an index, which names every page', () => {
    const named = new Set(linksIn(INDEX).map((link) => `docs/${link}`))
    expect(DOCS.filter((page) => page !== INDEX && !named.has(page))).toEqual([])
    expect(linksIn('README.md')).toContain(INDEX)
  })
})
