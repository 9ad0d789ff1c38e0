import { describe, expect, it } from 'vitest'
import type { Authentication } from '../../src/account/server.js'
import { Secret } from '../../src/account/secret.js'
import { Failure } from '../../src/check/failure.js'
import { parseImapCapabilities } from '../../src/check/imap.js'
import { chooseMechanism } from '../../src/check/mechanism.js'
import { parsePop3Capabilities } from '../../src/check/pop3.js'
import { cramMd5 } from '../../src/check/sasl.js'
import { parseSmtpCapabilities } from '../../src/check/smtp.js'

const imap = (list: string) => parseImapCapabilities([`CAPABILITY IMAP4rev1 ${list}`])
const pop3 = (...lines: string[]) => parsePop3Capabilities(lines)
const smtp = (...lines: string[]) => parseSmtpCapabilities(['mail.example.com', ...lines])

describe('how to log in', () => {
  it.each([
    [imap('AUTH=LOGIN AUTH=PLAIN'), 'password-cleartext', 'PLAIN'],
    [imap('AUTH=LOGIN LOGINDISABLED'), 'password-cleartext', 'LOGIN'],
    [imap(''), 'password-cleartext', 'command'],
    [imap('AUTH=XOAUTH2'), 'password-cleartext', 'command'],
    [imap('AUTH=PLAIN AUTH=CRAM-MD5'), 'password-encrypted', 'CRAM-MD5'],
    [imap('AUTH=XOAUTH2 LOGINDISABLED'), 'password-cleartext', 'wants_oauth'],
    [imap('LOGINDISABLED STARTTLS'), 'password-cleartext', 'login_disabled'],
    [imap('AUTH=GSSAPI LOGINDISABLED'), 'password-cleartext', 'mechanism_not_offered'],
    [imap('AUTH=LOGIN'), 'password-cleartext', 'command'],
    [imap('AUTH=NTLM LOGINDISABLED STARTTLS'), 'password-cleartext', 'login_disabled'],
    [imap('AUTH=NTLM LOGINDISABLED'), 'password-encrypted', 'mechanism_not_offered'],
    [imap('AUTH=PLAIN'), 'password-encrypted', 'mechanism_not_offered'],
    [imap('AUTH=NTLM'), 'ntlm', undefined],
    [imap('AUTH=OAUTHBEARER'), 'oauth2', undefined],
    [imap('AUTH=PLAIN'), 'oauth2', 'mechanism_not_offered'],
    [imap('AUTH=PLAIN'), 'none', undefined],
    [pop3('USER', 'SASL PLAIN'), 'password-cleartext', 'PLAIN'],
    [pop3('USER'), 'password-cleartext', 'command'],
    [pop3('SASL XOAUTH2 OAUTHBEARER'), 'password-cleartext', 'wants_oauth'],
    [pop3('SASL LOGIN'), 'password-cleartext', 'LOGIN'],
    [pop3('USER', 'SASL LOGIN'), 'password-cleartext', 'command'],
    [pop3('TOP', 'UIDL'), 'password-cleartext', 'command'],
    [pop3('SASL CRAM-MD5'), 'password-cleartext', 'command'],
    [pop3('USER'), 'password-encrypted', 'no_authentication'],
    [smtp('AUTH LOGIN'), 'password-cleartext', 'LOGIN'],
    [smtp('AUTH XOAUTH2'), 'password-cleartext', 'wants_oauth'],
    [smtp('SIZE 1000'), 'password-cleartext', 'no_authentication'],
    [smtp('AUTH PLAIN DIGEST-MD5'), 'password-encrypted', 'mechanism_not_offered'],
  ] as const)('%o and %s: %s', (capabilities, authentication: Authentication, expected) => {
    const choose = () => {
      try {
        return chooseMechanism(authentication, capabilities).mechanism
      } catch (error) {
        if (error instanceof Failure) return error.code
        throw error
      }
    }
    expect(choose()).toBe(expected)
  })

  it('warns when a server names OAuth only', () => {
    const { warnings } = chooseMechanism('password-cleartext', imap('AUTH=XOAUTH2'))
    expect(warnings?.map(({ code }) => code)).toEqual(['wants_oauth'])
  })

  it.each([
    [imap('AUTH=PLAIN AUTH=LOGIN'), ['command', 'LOGIN']],
    [imap('AUTH=PLAIN AUTH=LOGIN LOGINDISABLED'), ['LOGIN']],
    [pop3('USER', 'SASL LOGIN PLAIN'), ['command', 'LOGIN']],
    [pop3('SASL LOGIN PLAIN'), ['LOGIN', 'command']],
    [smtp('AUTH LOGIN PLAIN'), ['LOGIN']],
  ])('%o: what is left after PLAIN', (capabilities, fallbacks) => {
    const choice = chooseMechanism('password-cleartext', capabilities)
    expect(choice).toMatchObject({ mechanism: 'PLAIN', fallbacks })
  })

  it('warns where USER and PASS are tried although the server names something else', () => {
    const { warnings } = chooseMechanism('password-cleartext', pop3('SASL CRAM-MD5'))
    expect(warnings?.map(({ code }) => code)).toEqual(['mechanism_not_offered'])
    expect(chooseMechanism('password-cleartext', pop3('TOP')).warnings).toBeUndefined()
  })

  it('shows no names that a server made up', () => {
    const { detail } = chooseMechanism(
      'password-cleartext',
      imap('AUTH=PLAIN AUTH=\u001b[31m AUTH=ü'),
    )
    expect(detail).toBe('offers PLAIN, log-in without SASL')
  })

  it('answers a challenge of CRAM-MD5 (RFC 2195 section 2)', () => {
    const challenge = Buffer.from('<1896.697170952@postoffice.reston.mci.net>')
    const credentials = { username: 'tim', password: new Secret('tanstaaftanstaaf') }
    expect(cramMd5(challenge, credentials)).toBe('tim b913a602c7eda7a495b4e6e7334d3890')
  })
})
