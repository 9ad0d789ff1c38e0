import { testSuddenDeath } from './sudden-death.js'

testSuddenDeath({ creations: 1000, rounds: 5 })
