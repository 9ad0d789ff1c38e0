import { describe, expect, it } from 'vitest'
import { CAUSES, type CheckCode } from '../../src/check/causes.js'
import { parseImapStatus } from '../../src/check/imap.js'
import { parsePop3Reply } from '../../src/check/pop3.js'
import { refusalsOf, whyRefused } from '../../src/check/refusal.js'
import type { Reply } from '../../src/check/session.js'
import { parseSmtpReply } from '../../src/check/smtp.js'

// As providers wrote them, or as the standards have them.
const IMAP: readonly [string, CheckCode][] = [
  ['NO [AUTHENTICATIONFAILED] Authentication failed.', 'wrong_password'],
  ['NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)', 'wrong_password'],
  ['NO LOGIN failed.', 'wrong_password'],
  [
    'NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
    'app_password_needed',
  ],
  [
    'NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings page',
    'protocol_switched_off',
  ],
  ['NO [AUTHENTICATIONFAILED] IMAP access is disabled for your account', 'protocol_switched_off'],
  [
    'NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator',
    'protocol_switched_off',
  ],
  [
    'NO [WEBALERT https://accounts.google.com/signin/continue] Web login required.',
    'web_login_needed',
  ],
  ['NO [UNAVAILABLE] Temporary authentication failure.', 'temporary'],
  ['NO [INUSE] Mailbox is locked', 'temporary'],
  ['NO [LIMIT] Too many simultaneous connections', 'temporary'],
  ['NO [EXPIRED] That password is not valid any more', 'password_expired'],
  [
    'NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure connections',
    'encryption_required',
  ],
  ['NO [AUTHORIZATIONFAILED] No such authorization-ID', 'login_not_allowed'],
  ['NO [ALERT] Too many login failures, try again later', 'too_many_attempts'],
  ['BAD invalid command', 'login_refused'],
  ['BAD too many arguments', 'login_refused'],
  ['NO Authentication failed: unknown user', 'wrong_password'],
  ['NO AUTHENTICATE mechanism not supported, mate', 'mechanism_not_offered'],
  ['NO [CANNOT] Unsupported authentication mechanism', 'mechanism_not_offered'],
  ['NO [AUTHENTICATIONFAILED] You have no access rights', 'login_not_allowed'],
  ['NO [AUTHENTICATIONFAILED] User account is disabled', 'login_not_allowed'],
]

const POP3: readonly [string, CheckCode][] = [
  ['-ERR [AUTH] Authentication failed.', 'wrong_password'],
  ['-ERR [AUTH] Username and password not accepted.', 'wrong_password'],
  ['-ERR Logon failure', 'wrong_password'],
  ['-ERR unknown user or authentication failed', 'wrong_password'],
  ['-ERR unknown command', 'mechanism_not_offered'],
  [
    '-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
    'encryption_required',
  ],
  ['-ERR [SYS/TEMP] Temporary system problem', 'temporary'],
  ['-ERR [IN-USE] Do you have another POP session running?', 'temporary'],
  ['-ERR [LOGIN-DELAY] minimum time between mail checks violation', 'temporary'],
  ['-ERR [SYS/PERM] Your account is not enabled for POP access.', 'protocol_switched_off'],
  ['-ERR [SYS/PERM] mailbox is gone', 'login_not_allowed'],
  ['-ERR [AUTH] Application-specific password required', 'app_password_needed'],
]

const SMTP: readonly [string[], CheckCode][] = [
  [['535 5.7.8 Error: authentication failed: '], 'wrong_password'],
  [
    [
      '535-5.7.8 Username and Password not accepted. For more information, go to',
      '535 5.7.8  https://support.google.com/mail/?p=BadCredentials x - gsmtp',
    ],
    'wrong_password',
  ],
  [['535 Authentication credentials invalid'], 'wrong_password'],
  [
    [
      '534-5.7.9 Application-specific password required. For more information, go to',
      '534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor x - gsmtp',
    ],
    'app_password_needed',
  ],
  [['534 5.7.9 Authentication mechanism is too weak'], 'mechanism_not_offered'],
  [
    [
      '534-5.7.14 Please log in via your web browser and',
      '534-5.7.14 then try again.',
      '534 5.7.14 gsmtp',
    ],
    'web_login_needed',
  ],
  [['535 5.7.139 Authentication unsuccessful, basic authentication is disabled.'], 'wants_oauth'],
  [
    [
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    ],
    'protocol_switched_off',
  ],
  [['550 User has no permission'], 'login_not_allowed'],
  [['535 5.7.139 Authentication unsuccessful, the request did not meet'], 'login_not_allowed'],
  [['535 5.7.139 Authentication unsuccessful, user is locked by policy.'], 'login_not_allowed'],
  [
    ['535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.'],
    'login_not_allowed',
  ],
  [['535 5.7.3 Authentication unsuccessful'], 'wrong_password'],
  [
    ['454 4.7.0 Temporary authentication failure: Connection lost to authentication server'],
    'temporary',
  ],
  [['421 4.3.2 Service not available'], 'temporary'],
  [['432 4.7.12 A password transition is needed'], 'password_expired'],
  [
    ['538 5.7.11 Encryption required for requested authentication mechanism'],
    'encryption_required',
  ],
  [['530 5.7.0 Must issue a STARTTLS command first'], 'encryption_required'],
  [['504 5.5.4 Unrecognized authentication type'], 'mechanism_not_offered'],
  [['535 5.7.0 (#AUTH005) Too many bad auth attempts.'], 'too_many_attempts'],
  [['550 5.0.0 no'], 'login_refused'],
]

describe('why a log-in was refused', () => {
  it.each(IMAP)('IMAP: %s', (line, code) => {
    expect(whyRefused(parseImapStatus(line))).toBe(code)
  })
  it.each(POP3)('POP3: %s', (line, code) => {
    expect(whyRefused(parsePop3Reply(line))).toBe(code)
  })
  it.each(SMTP)('SMTP: %j', (lines, code) => {
    expect(whyRefused(parseSmtpReply(lines))).toBe(code)
  })

  it.each<[Reply, CheckCode[]]>([
    [
      parseImapStatus(
        'NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials or IMAP is disabled sc=x_53p',
      ),
      ['wrong_password', 'protocol_switched_off'],
    ],
    [
      parsePop3Reply('-ERR POP3 is disabled or the password is wrong'),
      ['wrong_password', 'protocol_switched_off'],
    ],
    [
      parseSmtpReply(['535 5.7.139 Authentication unsuccessful, user credentials were incorrect.']),
      ['login_not_allowed', 'wrong_password'],
    ],
  ])('may be one or the other: %o', (reply, codes) => {
    expect(refusalsOf({ reply, sent: true })).toEqual(codes)
  })

  it('is no wrong password where none was sent', () => {
    for (const reply of [parsePop3Reply('-ERR no'), parseImapStatus('NO no')]) {
      expect(refusalsOf({ reply, sent: false })).toEqual(['login_refused'])
    }
  })

  it('is told in sentences', () => {
    for (const cause of Object.values(CAUSES)) expect(cause).toMatch(/^[A-Z].*\.$/)
  })
})
