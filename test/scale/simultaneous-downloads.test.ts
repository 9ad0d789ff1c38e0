import { testSimultaneousDownloads } from './take-at-once.js'

// Of as many and as often as a large one: simultaneous-downloads.long.test.ts.
testSimultaneousDownloads({ clients: 100, rounds: 3 })
