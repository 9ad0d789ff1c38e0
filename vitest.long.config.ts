import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import short from './vitest.config.js'

const { test } = short
const FOLDER = new URL('test/', import.meta.url)

/** Files whose properties the short suite tries less often. */
const properties = readdirSync(fileURLToPath(FOLDER), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => readFileSync(new URL(name, FOLDER), 'utf8').includes('/support/runs.js'))
  .map((name) => `test/${name}`)

/** The long suite, `npm run test:long`: many inputs, many clients, many minutes. */
export default mergeConfig(
  { test: { ...test, include: [], exclude: [] } },
  {
    test: {
      include: ['test/**/*.long.test.ts', ...properties],
      env: { LONG_SUITE: '1' },
      testTimeout: 600_000,
      hookTimeout: 600_000,
    },
  },
)
