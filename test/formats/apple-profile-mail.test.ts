import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { appleProfile } from '../../src/formats/apple-profile/apple-profile.js'
import { annJson } from '../support/accounts.js'
import { LEFT_TO_THE_PERSON, ownKeys, payload, profileOf } from '../support/apple-profile.js'

const PORTS = {
  imap: { tls: 993, starttls: 143, none: 143 },
  pop3: { tls: 995, starttls: 110, none: 110 },
  smtp: { tls: 465, starttls: 587, none: 25 },
} as const
const MAIL = 'com.apple.mail.managed'

interface Row {
  readonly protocol: 'imap' | 'pop3'
  readonly security: 'tls' | 'starttls' | 'none'
  readonly users: 'same user' | 'two users'
  readonly passwords: 'no password' | 'incoming' | 'outgoing' | 'both'
}

const ROWS = (['imap', 'pop3'] as const).flatMap((protocol) =>
  (['tls', 'starttls', 'none'] as const).flatMap((security) =>
    (['same user', 'two users'] as const).flatMap((users) =>
      (['no password', 'incoming', 'outgoing', 'both'] as const).map((passwords): Row => ({
        protocol,
        security,
        users,
        passwords,
      })),
    ),
  ),
)

describe('the mail payload', () => {
  it.each(ROWS)('of $protocol, $security, $users, $passwords', (row) => {
    const { protocol, security, users, passwords } = row
    const incomingPassword = passwords === 'incoming' || passwords === 'both'
    const outgoingPassword = passwords === 'outgoing' || passwords === 'both'
    const account = parseAccount(
      annJson({
        incoming: {
          protocol,
          security,
          port: PORTS[protocol][security],
          ...(incomingPassword ? { password: 'in&out' } : {}),
        },
        outgoing: {
          security,
          port: PORTS.smtp[security],
          ...(users === 'two users' ? { username: 'smtp-ann' } : {}),
          ...(outgoingPassword ? { password: '<pass>' } : {}),
        },
      }),
    )
    const profile = profileOf(account)
    expect(profile.payloads).toHaveLength(1)
    expect(ownKeys(payload(profile, MAIL) ?? {})).toEqual({
      EmailAccountDescription: 'ann@example.com',
      EmailAccountName: 'Ann Example',
      EmailAccountType: protocol === 'imap' ? 'EmailTypeIMAP' : 'EmailTypePOP',
      EmailAddress: 'ann@example.com',
      IncomingMailServerAuthentication: 'EmailAuthPassword',
      IncomingMailServerHostName: 'imap.example.com',
      IncomingMailServerPortNumber: PORTS[protocol][security],
      IncomingMailServerUseSSL: security !== 'none',
      IncomingMailServerUsername: 'ann@example.com',
      OutgoingMailServerAuthentication: 'EmailAuthPassword',
      OutgoingMailServerHostName: 'smtp.example.com',
      OutgoingMailServerPortNumber: PORTS.smtp[security],
      OutgoingMailServerUseSSL: security !== 'none',
      OutgoingMailServerUsername: users === 'two users' ? 'smtp-ann' : 'ann@example.com',
      ...(incomingPassword ? { IncomingPassword: 'in&out' } : {}),
      ...(outgoingPassword ? { OutgoingPassword: '<pass>' } : {}),
      ...(users === 'same user' && passwords === 'no password'
        ? { OutgoingPasswordSameAsIncomingPassword: true }
        : {}),
      ...LEFT_TO_THE_PERSON,
    })
    expect(appleProfile.containsSecret(account)).toBe(passwords !== 'no password')
  })

  it.each([
    ['password-cleartext', 'EmailAuthPassword'],
    ['password-encrypted', 'EmailAuthCRAMMD5'],
    ['ntlm', 'EmailAuthNTLM'],
    ['none', 'EmailAuthNone'],
  ])('says %s in Apple’s words', (authentication, apple) => {
    const account = parseAccount(annJson({ outgoing: { authentication } }))
    expect(payload(profileOf(account), MAIL)).toMatchObject({
      IncomingMailServerAuthentication: 'EmailAuthPassword',
      OutgoingMailServerAuthentication: apple,
    })
  })

  it('has neither user name nor one password for a server that asks for none', () => {
    const { protocol, host, port, security } = annJson().outgoing
    const open = { protocol, host, port, security, authentication: 'none' }
    const json = { ...annJson(), outgoing: open }
    const mail = payload(profileOf(parseAccount(json)), MAIL)
    expect(mail).not.toHaveProperty('OutgoingMailServerUsername')
    expect(mail).not.toHaveProperty('OutgoingPasswordSameAsIncomingPassword')
  })
})
