import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount, type Account } from '../../src/account/account.js'
import { exportFormat, exportProfile, type Exported } from '../../src/formats/export.js'
import { accountOf } from '../support/accounts.js'
import { readProfile } from '../support/apple-profile.js'
import { refusalCode } from '../support/errors.js'

const [ann, bob, cho] = ['ann@example.com', 'bob@example.net', 'cho@example.org'].map((mailbox) =>
  parseAccount(accountOf(mailbox)),
) as [Account, Account, Account]
const UNSIGNED = { unsigned: true }

function read({ body }: Exported) {
  return readProfile(Buffer.from(body).toString('utf8'))
}

describe('exportProfile', () => {
  it('is exportFormat for one account', async () => {
    const one = await exportProfile([ann], UNSIGNED)
    expect(one).toEqual(await exportFormat('apple-profile', ann, UNSIGNED))
  })

  it('keeps accounts in their order, and has identifiers that do not depend on it', async () => {
    const profiles = await Promise.all(
      [
        [ann, bob, cho],
        [cho, ann, bob],
        [bob, cho, ann],
      ].map(async (accounts) => read(await exportProfile(accounts, UNSIGNED))),
    )
    const [first] = profiles
    for (const { outer, payloads } of profiles) {
      expect(outer['PayloadIdentifier']).toBe(first?.outer['PayloadIdentifier'])
      expect(outer['PayloadUUID']).toBe(first?.outer['PayloadUUID'])
      const ids = (list: typeof payloads) => list.map((part) => part['PayloadIdentifier']).sort()
      expect(ids(payloads)).toEqual(ids(first?.payloads ?? []))
    }
    expect(profiles[1]?.payloads.map((part) => part['EmailAddress'])).toEqual([
      'cho@example.org',
      'ann@example.com',
      'bob@example.net',
    ])
  })

  it('is another profile than that of fewer accounts, with other payloads', async () => {
    const alone = read(await exportProfile([ann], UNSIGNED))
    const both = read(await exportProfile([ann, bob], UNSIGNED))
    expect(both.outer['PayloadIdentifier']).not.toBe(alone.outer['PayloadIdentifier'])
    const uuids = [alone, both].flatMap(({ outer, payloads }) =>
      [outer, ...payloads].map((part) => part['PayloadUUID']),
    )
    expect(new Set(uuids).size).toBe(uuids.length)
  })

  it.each([
    ['no account', []],
    ['one mailbox twice', [ann, bob, ann]],
    ['one mailbox in two letter cases', [ann, parseAccount(accountOf('Ann@Example.com'))]],
  ])('refuses %s', async (_, accounts) => {
    expect(await refusalCode(() => exportProfile(accounts, UNSIGNED))).toBe('invalid_account')
  })

  it('needs an identity', async () => {
    const code = await refusalCode(() => exportProfile([ann, bob]))
    expect(code).toBe('signing_identity_required')
  })

  it('has a root certificate that accounts share once, and others too', async () => {
    const root = (name: string, byte: number) => ({
      rootCertificate: { name, der: new Uint8Array([byte]) },
    })
    const accounts = [
      { ...ann, ...root('One', 1) },
      { ...bob, ...root('One', 1) },
      { ...cho, ...root('Two', 2) },
    ]
    const { payloads } = read(await exportProfile(accounts, UNSIGNED))
    const roots = payloads.filter((part) => part['PayloadType'] === 'com.apple.security.root')
    expect(roots.map((part) => [...(part['PayloadContent'] as Uint8Array)])).toEqual([[1], [2]])
    expect(payloads).toHaveLength(5)
  })

  it('has no address in the name of a file for several', async () => {
    const { fileName } = await exportProfile([ann, bob], UNSIGNED)
    expect(fileName).toMatch(/^[A-Za-z0-9._-]+\.mobileconfig$/)
    expect(fileName).not.toContain('ann')
  })

  it('has one identifier for every set of mailboxes', async () => {
    const mailboxes = ['a@b.example', 'b@b.example', 'a.b@b.example', 'a@b.b.example']
    const seen = new Map<string, string>()
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(mailboxes, { minLength: 1 }), async (chosen) => {
        const accounts = chosen.map((mailbox) => parseAccount(accountOf(mailbox)))
        const { outer } = read(await exportProfile(accounts, UNSIGNED))
        const key = [...chosen].sort().join()
        const identifier = outer['PayloadIdentifier'] as string
        expect(seen.get(identifier) ?? key).toBe(key)
        seen.set(identifier, key)
      }),
      // As many in both suites: with a quarter of them, one of the sets is not always among them.
      { numRuns: 300 },
    )
    expect(seen.size).toBe(2 ** mailboxes.length - 1)
  })
})
