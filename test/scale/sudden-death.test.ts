import { testDeathOfServer } from './sudden-death.js'

// Again and again, among more, and that of Redis: sudden-death.long.test.ts.
testDeathOfServer({ creations: 120, rounds: 1 })
