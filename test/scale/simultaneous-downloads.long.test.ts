import { testDownloadsOfServer, testDownloadsOfServers } from './take-at-once.js'

const CROWD = { clients: 500, rounds: 50 }
testDownloadsOfServers(CROWD)
testDownloadsOfServer(CROWD)
