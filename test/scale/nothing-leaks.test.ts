import { expect, it } from 'vitest'
import { formsOf } from '../support/secret-forms.js'
import { expectNothing, testWhatIsLeft } from './what-is-left.js'

it('would find what it looks for', () => {
  const seeded = { address: 'one-person@x', password: 'a secret', outgoingPassword: 'other secret' }
  const token = 'AbCdEfGhIjKlMnOpQrStUw'
  const invitation = { ...seeded, id: '', url: `https://x/i/${token}`, expiresAt: '', state: '' }
  for (const secret of ['one-person', 'a secret', 'other secret', token]) {
    for (const form of formsOf(secret)) {
      const search = () => expectNothing('it', `before ${form} after`, [invitation])
      expect(search).toThrow('it contains')
    }
  }
  expectNothing('it', 'nothing', [invitation])
})

// Of more, and in Redis: nothing-leaks.long.test.ts.
testWhatIsLeft(24, ['SQLite'])
