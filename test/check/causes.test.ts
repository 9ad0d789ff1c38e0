import { describe, expect, it } from 'vitest'
import { CAUSES, causeOf, type CheckCode } from '../../src/check/causes.js'

const PROTOCOLS = ['imap', 'pop3', 'smtp'] as const
type Name = (typeof PROTOCOLS)[number]

/** What only some protocols have. */
const ONLY: Partial<Record<CheckCode, readonly Name[]>> = {
  old_imap: ['imap'],
  login_disabled: ['imap'],
  preauth_before_tls: ['imap'],
  mailbox_refused: ['imap', 'pop3'],
  sender_refused: ['smtp'],
  recipient_refused: ['smtp'],
  login_required: ['smtp'],
  client_refused: ['smtp'],
}

/** What a check knows: the server said it, the certificate shows it, the settings have it. */
const FACTS: readonly CheckCode[] = [
  'not_encrypted',
  'starts_in_clear',
  'expects_tls',
  'tls_too_old',
  'login_before_tls',
  'certificate_name',
  'certificate_self_signed',
  'unknown_root',
  'certificate_untrusted',
  'weak_key',
  'wrong_protocol',
  'greeting_refused',
  'old_imap',
  'wants_oauth',
  'mechanism_not_offered',
  'app_password_needed',
  'protocol_switched_off',
  'web_login_needed',
  'password_expired',
  'login_refused',
  'stopped',
  'no_ipv6_here',
  'name_not_found',
]

/** Words that belong to one protocol: a sentence about another must not have them. */
const WORDS: Readonly<Record<Name, RegExp>> = {
  imap: /\bIMAP|\b(?:143|993)\b|EXAMINE|INBOX/,
  pop3: /\bPOP3?\b|\b(?:110|995)\b|\bSTLS\b|\bCAPA\b/,
  smtp: /\bSMTP\b|\b(?:25|465|587)\b|\bEHLO\b|mail between servers/,
}

const rows = (Object.keys(CAUSES) as CheckCode[]).flatMap((code) =>
  (ONLY[code] ?? PROTOCOLS).map((protocol): [CheckCode, Name] => [code, protocol]),
)

describe('the cause of', () => {
  it.each(rows)('%s, %s', (code, protocol) => {
    const cause = causeOf(code, protocol)
    expect(cause).toMatch(/^[A-Z].*\.$/)
    for (const other of PROTOCOLS) {
      if (other !== protocol) expect(cause).not.toMatch(WORDS[other])
    }
    const hedge = /\b(?:probably|may|seems?|often|likely)\b/i
    if (!FACTS.includes(code)) expect(cause).toMatch(hedge)
  })

  it.each(Object.entries(CAUSES))('%s, wherever it comes from', (_code, cause) => {
    expect(cause).not.toMatch(/\b(?:25|110|143|465|587|993|995)\b/)
  })

  it('no log-in with POP3 is none of SMTP’s', () => {
    expect(causeOf('no_authentication', 'pop3')).not.toMatch(/465|587|25/)
    expect(causeOf('no_authentication', 'smtp')).toMatch(/465.*587/)
  })
})
