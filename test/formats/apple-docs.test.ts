import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { formats } from '../../src/formats/index.js'
import { annJson } from '../support/accounts.js'
import { profileOf, readProfile } from '../support/apple-profile.js'

it('is described key by key in docs/apple.md', () => {
  const page = readFileSync(new URL('../../docs/apple.md', import.meta.url), 'utf8')
  const described = new Set([...page.matchAll(/`([A-Za-z]+)`/g)].map(([, key = '']) => key))
  const account = parseAccount({
    ...annJson({ incoming: { password: 'a' }, outgoing: { password: 'b' } }),
    calendar: { url: 'https://dav.example.com/calendars' },
    contacts: { url: 'https://dav.example.com/contacts' },
  })
  const { outer, payloads } = profileOf(account)
  const signIns = (['outlook', 'google'] as const).flatMap((signIn) =>
    formats
      .filter(({ page: { signIn: by } = {} }) => by !== undefined)
      .filter((format) => format.support({ ...account, signIn }).supported)
      .flatMap((format) => readProfile(format.render({ ...account, signIn }, {})).payloads),
  )
  expect(signIns).toHaveLength(2)
  const written = [outer, ...payloads, ...signIns].flatMap((dictionary) => Object.keys(dictionary))
  expect(written.filter((key) => !described.has(key))).toEqual([])
})
