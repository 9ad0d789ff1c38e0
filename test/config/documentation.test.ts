import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { withConfigurationTable } from '../support/configuration-table.js'

const DOCS = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url))

// `npx vitest run test/config/documentation.test.ts -u` writes the table.
it('has every key in the table of docs/configuration.md as the code describes it', async () => {
  const table = withConfigurationTable(readFileSync(DOCS, 'utf8'))
  const options = await resolveConfig(DOCS)
  await expect(await format(table, { ...options, filepath: DOCS })).toMatchFileSnapshot(DOCS)
  expect(() => withConfigurationTable('| other |\n')).toThrow('No table')
})
