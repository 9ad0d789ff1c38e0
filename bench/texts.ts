import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { withFigures } from './figures.js'
import type { Results } from './results.js'

const ROOT = new URL('../', import.meta.url)

/** The pages that may have figures. */
export function pages(): string[] {
  const docs = readdirSync(new URL('docs', ROOT)).filter((name) => name.endsWith('.md'))
  return ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)].map((name) =>
    fileURLToPath(new URL(name, ROOT)),
  )
}

/**
 * Puts the figures of the results into the pages.
 *
 * @returns those that have changed
 */
export async function writeFigures(results: Results): Promise<string[]> {
  const changed: string[] = []
  for (const path of pages()) {
    const text = readFileSync(path, 'utf8')
    const filled = withFigures(text, results)
    if (filled === text) continue
    // Tables are as wide as what is in them.
    const written = await format(filled, { ...(await resolveConfig(path)), filepath: path })
    writeFileSync(path, written)
    changed.push(path)
  }
  return changed
}
