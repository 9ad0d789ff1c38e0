import { testSimultaneousDownloads } from './take-at-once.js'

testSimultaneousDownloads({ clients: 500, rounds: 50 })
