import { testDownloadsOfServers } from './take-at-once.js'

// Of as many and as often as a large one, and with SQLite: simultaneous-downloads.long.test.ts.
testDownloadsOfServers({ clients: 100, rounds: 3 })
