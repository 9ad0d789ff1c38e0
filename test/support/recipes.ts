import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { examplesIn, type Example } from './examples.js'

const FOLDER = new URL('../../docs/recipes/', import.meta.url)

/** Every block of code in `docs/recipes`. */
export const RECIPE_EXAMPLES: readonly Example[] = readdirSync(fileURLToPath(FOLDER))
  .filter((name) => name.endsWith('.md'))
  .sort()
  .flatMap((name) =>
    examplesIn(`docs/recipes/${name}`, readFileSync(new URL(name, FOLDER), 'utf8')),
  )

/** The one block of a recipe that begins so. */
export function recipeExample(recipe: string, beginning: string): string {
  const page = `docs/recipes/${recipe}.md`
  const found = RECIPE_EXAMPLES.filter((one) => one.page === page && one.text.startsWith(beginning))
  const [only] = found
  if (only === undefined || found.length > 1) {
    throw new Error(`${page} has ${found.length} blocks that begin with ${beginning}`)
  }
  return only.text
}
