import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KEYS_FILE, keysSource } from '../support/message-keys.js'

it('has the types of the English messages: npm run message-keys writes them', async () => {
  expect(readFileSync(KEYS_FILE, 'utf8')).toBe(await keysSource())
})
