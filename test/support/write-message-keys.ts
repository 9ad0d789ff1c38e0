import { writeFileSync } from 'node:fs'
import { KEYS_FILE, keysSource } from './message-keys.js'

// `npm run message-keys`. A test cannot do it: there is no build to test while keys are missing.
writeFileSync(KEYS_FILE, await keysSource())
