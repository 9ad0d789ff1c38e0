import { testTiming } from './timing.js'

await testTiming(20_000)
