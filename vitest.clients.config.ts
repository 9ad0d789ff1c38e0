import { mergeConfig } from 'vitest/config'
import short from './vitest.config.js'

const { test } = short

/** Mail programs themselves, `npm run test:clients`: Thunderbird and Delta Chat, in networks of their own. */
export default mergeConfig(
  { test: { ...test, include: [], exclude: [] } },
  {
    test: {
      include: ['test/clients/**/*.test.ts'],
      testTimeout: 600_000,
      hookTimeout: 600_000,
    },
  },
)
