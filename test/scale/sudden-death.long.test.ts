import { testDeathOfRedis, testDeathOfServer } from './sudden-death.js'

const DEATHS = { creations: 1000, rounds: 5 }
testDeathOfServer(DEATHS)
testDeathOfRedis(DEATHS)
