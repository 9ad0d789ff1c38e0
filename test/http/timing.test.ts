import { testTiming } from './timing.js'

// Of more: timing.long.test.ts.
await testTiming(500)
