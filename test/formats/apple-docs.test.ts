import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { annJson } from '../support/accounts.js'
import { profileOf } from '../support/apple-profile.js'

it('is described key by key in docs/apple.md', () => {
  const page = readFileSync(new URL('../../docs/apple.md', import.meta.url), 'utf8')
  const described = new Set([...page.matchAll(/`([A-Za-z]+)`/g)].map(([, key = '']) => key))
  const account = parseAccount({
    ...annJson({ incoming: { password: 'a' }, outgoing: { password: 'b' } }),
    calendar: { url: 'https://dav.example.com/calendars' },
    contacts: { url: 'https://dav.example.com/contacts' },
  })
  const { outer, payloads } = profileOf(account)
  const written = [outer, ...payloads].flatMap((dictionary) => Object.keys(dictionary))
  expect(written.filter((key) => !described.has(key))).toEqual([])
})
