import type { CheckCode } from './causes.js'
import type { Reply } from './session.js'

interface Rule {
  readonly code: CheckCode
  /** Any of these codes, or a text that fits, will do. */
  readonly codes?: readonly string[]
  readonly text?: RegExp
}

// What providers explain takes far less.
const MAX_TEXT = 2000

// The first that fits. Texts come before codes where a provider gives a general code to something
// that a person can act upon: all say AUTHENTICATIONFAILED or 535 for much of this.
const RULES: readonly Rule[] = [
  // Google: "534-5.7.9 Application-specific password required", "[ALERT] Application-specific …".
  { code: 'app_password_needed', text: /app(?:lication)?[- ]?(?:specific)?[- ]password/i },
  // Microsoft: "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."
  {
    code: 'wants_oauth',
    text: /basic auth\w* (?:is |has been )?(?:disabled|blocked)|\b(?:use|requires?) (?:x?oauth|modern auth)/i,
  },
  // "Your account is not enabled for IMAP use", "SmtpClientAuthentication is disabled for the …".
  {
    code: 'protocol_switched_off',
    text: /\b(?:imap|pop3?|smtp)\w*\b.{0,40}\b(?:disabled|deactivated|not (?:been )?(?:enabled|activated|allowed)|(?:switched|turned) off)|not enabled for (?:imap|pop|smtp)|enable (?:imap|pop|smtp)/i,
  },
  // Google's [WEBALERT url] and "534-5.7.14 Please log in via your web browser".
  { code: 'web_login_needed', codes: ['WEBALERT', '5.7.14'], text: /\bweb (?:browser|login)\b/i },
  { code: 'temporary', text: /\btoo many\b.{0,30}\bconnections\b/i },
  { code: 'too_many_attempts', text: /\btoo many\b|\brate limit/i },
  // RFC 5530, RFC 4954 section 6.
  {
    code: 'password_expired',
    codes: ['EXPIRED', '4.7.12'],
    text: /password (?:has |is )?expired/i,
  },
  {
    code: 'encryption_required',
    codes: ['PRIVACYREQUIRED', '538', '5.7.11'],
    text: /\b(?:starttls|stls|tls|ssl)\b.{0,30}\b(?:first|required)\b|must issue a? ?starttls/i,
  },
  { code: 'temporary', codes: ['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG'] },
  { code: 'temporary', codes: ['SYS/TEMP', 'IN-USE', 'LOGIN-DELAY'] }, // RFC 3206, RFC 2449
  {
    code: 'login_not_allowed',
    codes: ['AUTHORIZATIONFAILED', 'NOPERM', 'CONTACTADMIN', 'SYS/PERM'],
  },
  {
    code: 'login_not_allowed',
    text: /\b(?:account|user)\b.{0,30}\b(?:locked|suspended|blocked)\b/i,
  },
  { code: 'wrong_password', codes: ['AUTHENTICATIONFAILED', 'AUTH', '535', '5.7.8'] },
  { code: 'mechanism_not_offered', codes: ['504', '5.5.4', '534', '5.7.9'] },
  { code: 'login_refused', codes: ['BAD', 'BYE'] },
]

/** Why a log-in was refused, as far as the server's codes and words tell. */
export function whyRefused(reply: Reply): CheckCode {
  const { codes } = reply
  const text = reply.text.slice(0, MAX_TEXT)
  const rule = RULES.find(
    (each) =>
      each.codes?.some((code) => codes.includes(code)) === true || each.text?.test(text) === true,
  )
  if (rule !== undefined) return rule.code
  if (isTemporary(codes)) return 'temporary'
  // A NO or -ERR without a code is what most older servers say to a wrong password.
  return codes.some((code) => code.startsWith('5')) ? 'login_refused' : 'wrong_password'
}

/** SMTP's passing failures: 4yz, and enhanced codes of class 4. */
export function isTemporary(codes: readonly string[]): boolean {
  return codes.some((code) => /^4(?:\d\d$|\.)/.test(code))
}
