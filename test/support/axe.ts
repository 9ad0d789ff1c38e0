import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What WCAG 2.2 up to level AA asks, and what axe calls good besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/**
 * What axe-core finds in a page as it is now, a sentence each.
 *
 * @param part what of the page is ours, where not all of it is: selectors
 */
export async function axeFaults(
  page: Page,
  part?: { readonly include: readonly string[]; readonly exclude: readonly string[] },
): Promise<string[]> {
  if (!(await page.evaluate<boolean>("typeof window.axe === 'object'"))) await page.evaluate(AXE)
  const violations = await page.evaluate<Violation[]>(
    `axe.run(${part === undefined ? 'document' : JSON.stringify(part)}, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })
      .then(({ violations }) => violations)`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      `${id} (${help}): ${html} ${failureSummary}`.replace(/\s+/g, ' '),
    ),
  )
}
