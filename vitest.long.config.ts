import { mergeConfig } from 'vitest/config'
import short from './vitest.config.js'

const { test } = short

/** The long suite, `npm run test:long`: many inputs, many clients, many minutes. */
export default mergeConfig(
  { test: { ...test, include: [], exclude: [] } },
  {
    test: {
      include: ['test/**/*.long.test.ts'],
      testTimeout: 600_000,
      hookTimeout: 600_000,
    },
  },
)
