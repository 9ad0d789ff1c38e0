import { testSuddenDeath } from './sudden-death.js'

// Again and again, among more: sudden-death.long.test.ts.
testSuddenDeath({ creations: 120, rounds: 1 })
