import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount, type Account } from '../../src/account/account.js'
import { renderProfile } from '../../src/formats/apple-profile/apple-profile.js'
import { accountOf, annJson } from '../support/accounts.js'
import { address } from '../support/arbitraries.js'
import { profileOf, readProfile, type ReadProfile } from '../support/apple-profile.js'
import { runs } from '../support/runs.js'

const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const DAV = {
  calendar: { url: 'https://dav.example.com' },
  contacts: { url: 'https://dav.example.com' },
}

/** A profile with every payload there is. */
function fullProfile(mailbox: string): ReadProfile {
  const account = parseAccount({ ...accountOf(mailbox), ...DAV })
  return profileOf({ ...account, rootCertificate: { name: 'CA', der: new Uint8Array([1]) } })
}

function identifiers({ outer, payloads }: ReadProfile): string[] {
  return [outer, ...payloads].flatMap((part) => [
    part['PayloadIdentifier'] as string,
    part['PayloadUUID'] as string,
  ])
}

describe('identifiers', () => {
  // A device knows what it has installed by these: whoever changes them makes every profile that
  // is downloaded again a second account. So they are written down.
  it('are these', () => {
    expect(identifiers(profileOf(parseAccount({ ...annJson(), ...DAV })))).toEqual([
      'app.mailprofile.6337795a-47e4-5163-81a9-92bf7c0c4919',
      'ebcb36e3-6e97-5d30-93a3-b2f361fad07d',
      'app.mailprofile.6337795a-47e4-5163-81a9-92bf7c0c4919.mail.ac38bff1-65b5-551b-b6f5-0d30688f9217',
      'ac38bff1-65b5-551b-b6f5-0d30688f9217',
      'app.mailprofile.6337795a-47e4-5163-81a9-92bf7c0c4919.calendar.9484c375-36be-5e70-8940-31e7ae98db5c',
      '9484c375-36be-5e70-8940-31e7ae98db5c',
      'app.mailprofile.6337795a-47e4-5163-81a9-92bf7c0c4919.contacts.f55aef8b-98d5-5ccc-ad17-59054a1d8fdf',
      'f55aef8b-98d5-5ccc-ad17-59054a1d8fdf',
    ])
  })

  it('are these for two accounts', () => {
    const accounts = ['ann@example.com', 'bob@example.net'].map((mailbox) =>
      parseAccount(accountOf(mailbox)),
    )
    expect(identifiers(readProfile(renderProfile(accounts, {})))).toEqual([
      'app.mailprofile.1c14f753-aa47-59b5-9815-c02e3a186526',
      'd7f29272-52be-5c42-9469-5254bdd53be7',
      'app.mailprofile.1c14f753-aa47-59b5-9815-c02e3a186526.mail.f68cdc18-9298-51da-82b1-05afcd5f09a9',
      'f68cdc18-9298-51da-82b1-05afcd5f09a9',
      'app.mailprofile.1c14f753-aa47-59b5-9815-c02e3a186526.mail.7f9aded0-a52d-55c0-9ed4-12186aa2a2ad',
      '7f9aded0-a52d-55c0-9ed4-12186aa2a2ad',
    ])
  })

  it.each(['Ann@example.com', 'ANN@EXAMPLE.COM', 'ann@Example.Com'])(
    'are the same for %s',
    (mailbox) =>
      expect(identifiers(fullProfile(mailbox))).toEqual(
        identifiers(fullProfile('ann@example.com')),
      ),
  )

  it.each<[string, Parameters<typeof annJson>[0]]>([
    ['POP3', { incoming: { protocol: 'pop3', port: 995 } }],
    ['another server', { incoming: { host: 'other.example.com' } }],
    ['another user name', { outgoing: { username: 'other' } }],
    ['a password', { incoming: { password: 'pass' } }],
    ['another name', { identity: { address: 'ann@example.com', name: 'Other' } }],
    ['an account name', { accountName: 'Other' }],
  ])('are the same with %s', (_, changes) => {
    const changed = profileOf(parseAccount(annJson(changes)))
    expect(identifiers(changed)).toEqual(identifiers(profileOf(parseAccount(annJson()))))
  })

  it('stay when calendar and contacts come in', () => {
    const [outer, outerUuid, mail, mailUuid] = identifiers(profileOf(parseAccount(annJson())))
    const more = identifiers(profileOf(parseAccount({ ...annJson(), ...DAV })))
    expect(more.slice(0, 4)).toEqual([outer, outerUuid, mail, mailUuid])
  })

  it.each([
    ['foo.bar@example.com', 'foo-bar@example.com'],
    ['foo_bar@example.com', 'foo.bar@example.com'],
    ['a.b@c.example', 'a@b.c.example'],
    ['ann@example.com', 'ann@example.co'],
    ["o'neil@example.com", 'oneil@example.com'],
    ['a+b@example.com', 'a-b@example.com'],
    ['a/b@example.com', 'a.b@example.com'],
  ])('differ for %s and %s', (one, other) => {
    const all = [...identifiers(fullProfile(one)), ...identifiers(fullProfile(other))]
    expect(new Set(all).size).toBe(all.length)
  })

  it('differ for any two mailboxes, and within a profile; all UUIDs are of version 5', () => {
    fc.assert(
      fc.property(address, address, (one, other) => {
        const same = one.toLowerCase() === other.toLowerCase()
        const [first, second] = [fullProfile(one), fullProfile(other)].map(identifiers)
        if (first === undefined || second === undefined) throw new Error('There are two.')
        expect(new Set(first).size).toBe(first.length)
        if (same) expect(first).toEqual(second)
        else expect(first.filter((identifier) => second.includes(identifier))).toEqual([])
        first.forEach((identifier, i) => {
          if (i % 2 === 1) expect(identifier).toMatch(UUID_V5)
          else expect(identifier).toMatch(/^[a-z0-9.-]+$/)
        })
      }),
      { numRuns: runs(2000) },
    )
  })

  it('do not depend on letter case, for any mailbox', () => {
    fc.assert(
      fc.property(address, (mailbox) => {
        const expected = identifiers(fullProfile(mailbox))
        expect(identifiers(fullProfile(mailbox.toUpperCase()))).toEqual(expected)
        expect(identifiers(fullProfile(mailbox.toLowerCase()))).toEqual(expected)
      }),
      { numRuns: runs(500) },
    )
  })

  it('differ for two certificates of one name', () => {
    const [ann, bob] = ['ann@example.com', 'bob@example.com'].map((mailbox, i): Account => {
      const account = parseAccount(accountOf(mailbox))
      return { ...account, rootCertificate: { name: 'CA', der: new Uint8Array([i]) } }
    })
    if (ann === undefined || bob === undefined) throw new Error('There are two.')
    const all = identifiers(readProfile(renderProfile([ann, bob], {})))
    expect(new Set(all).size).toBe(all.length)
  })
})
