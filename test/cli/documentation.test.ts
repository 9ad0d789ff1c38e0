import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { readPage } from '../support/markdown.js'
import { withCommandTables } from '../support/command-table.js'

const PAGE = 'docs/command-line.md'
const FILE = fileURLToPath(new URL(`../../${PAGE}`, import.meta.url))

// `npx vitest run test/cli/documentation.test.ts -u` writes the tables.
it('has every command and option in the tables of docs/command-line.md as the help describes it', async () => {
  const written = await withCommandTables(readPage(PAGE))
  const options = await resolveConfig(FILE)
  await expect(await format(written, { ...options, filepath: FILE })).toMatchFileSnapshot(FILE)
})
