import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { exportFormat } from '../../src/formats/export.js'
import { accountJson, type AccountJson, type ServerJson } from '../support/arbitraries.js'
import {
  LEFT_TO_THE_PERSON,
  ownKeys,
  payload,
  readProfile,
  type Dictionary,
} from '../support/apple-profile.js'
import { refusalCode } from '../support/errors.js'
import { enough, runs } from '../support/runs.js'

const AUTHENTICATION = new Map([
  ['password-cleartext', 'EmailAuthPassword'],
  ['password-encrypted', 'EmailAuthCRAMMD5'],
  ['ntlm', 'EmailAuthNTLM'],
  ['none', 'EmailAuthNone'],
])

/** The code with which a profile has to be refused, worked out apart from the code under test. */
function expectedRefusal({ incoming, outgoing }: AccountJson): string | undefined {
  for (const { authentication, security, port } of [incoming, outgoing]) {
    if (authentication === 'oauth2') return 'oauth_only'
    if (authentication === 'gssapi') return 'unsupported_account'
    if (security === 'none' && [993, 995, 465].includes(port)) return 'unsupported_account'
  }
  return undefined
}

function withoutUndefined(dictionary: Dictionary): Dictionary {
  return Object.fromEntries(Object.entries(dictionary).filter(([, value]) => value !== undefined))
}

function expectedServer(direction: string, server: ServerJson): Dictionary {
  return {
    [`${direction}MailServerAuthentication`]: AUTHENTICATION.get(server.authentication),
    [`${direction}MailServerHostName`]: server.host.toLowerCase(),
    [`${direction}MailServerPortNumber`]: server.port,
    [`${direction}MailServerUseSSL`]: server.security !== 'none',
    [`${direction}MailServerUsername`]: server.username,
    [`${direction}Password`]: server.password,
  }
}

function expectedMail({ identity, accountName, incoming, outgoing }: AccountJson): Dictionary {
  const asksForBoth = incoming.password === undefined && outgoing.password === undefined
  const sameUser = incoming.username !== undefined && incoming.username === outgoing.username
  return withoutUndefined({
    EmailAccountDescription: accountName ?? normalAddress(identity.address),
    EmailAccountName: identity.name,
    EmailAccountType: incoming.protocol === 'imap' ? 'EmailTypeIMAP' : 'EmailTypePOP',
    EmailAddress: normalAddress(identity.address),
    ...expectedServer('Incoming', incoming),
    ...expectedServer('Outgoing', outgoing),
    OutgoingPasswordSameAsIncomingPassword: asksForBoth && sameUser ? true : undefined,
    ...LEFT_TO_THE_PERSON,
  })
}

function expectedDav(prefix: string, url: string, account: AccountJson): Dictionary {
  const { hostname, port, pathname } = new URL(url)
  const { identity, incoming, accountName } = account
  return withoutUndefined({
    [`${prefix}AccountDescription`]: accountName ?? normalAddress(identity.address),
    [`${prefix}HostName`]: hostname,
    [`${prefix}Port`]: port === '' ? 443 : Number(port),
    [`${prefix}UseSSL`]: true,
    [`${prefix}PrincipalURL`]: pathname === '/' ? undefined : pathname,
    [`${prefix}Username`]: incoming.username ?? normalAddress(identity.address),
    [`${prefix}Password`]: incoming.password,
  })
}

function normalAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at) + address.slice(at).toLowerCase()
}

describe('apple-profile', () => {
  it('gives back every value of any account, or says why not', async () => {
    let exported = 0
    await fc.assert(
      fc.asyncProperty(accountJson, async (json) => {
        const account = parseAccount(json)
        const refusal = expectedRefusal(json)
        const render = () => exportFormat('apple-profile', account, { unsigned: true })
        if (refusal !== undefined) {
          expect(await refusalCode(render)).toBe(refusal)
          return
        }
        exported++
        const profile = readProfile(Buffer.from((await render()).body).toString('utf8'))
        expect(ownKeys(payload(profile, 'com.apple.mail.managed') ?? {})).toEqual(
          expectedMail(json),
        )
        for (const [dav, prefix] of [
          [json.calendar, 'CalDAV'],
          [json.contacts, 'CardDAV'],
        ] as const) {
          const found = payload(profile, `com.apple.${prefix.toLowerCase()}.account`)
          if (dav === undefined) expect(found).toBeUndefined()
          else expect(ownKeys(found ?? {})).toEqual(expectedDav(prefix, dav.url, json))
        }
        expect(profile.outer['PayloadDisplayName']).toBe(
          json.accountName ?? normalAddress(json.identity.address),
        )
      }),
      { numRuns: runs(3000) },
    )
    // Else the property would hold for the wrong reason.
    expect(exported).toBeGreaterThan(enough(1000))
  })
})
