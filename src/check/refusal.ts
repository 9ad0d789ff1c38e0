import type { CheckCode } from './causes.js'
import type { LogInAttempt, Reply } from './session.js'

interface Rule {
  readonly code: CheckCode
  /** What it may be as well. */
  readonly also?: CheckCode
  /** Any of these codes, or a text that fits, will do. */
  readonly codes?: readonly string[]
  readonly text?: RegExp
  /** It takes a code and a text. */
  readonly both?: true
}

// What providers explain takes far less.
const MAX_TEXT = 2000

// RFC 5530; RFC 3206 and RFC 2449.
const TEMPORARY = [
  'UNAVAILABLE',
  'INUSE',
  'LIMIT',
  'SERVERBUG',
  'SYS/TEMP',
  'IN-USE',
  'LOGIN-DELAY',
]

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
  // Yandex: "[AUTHENTICATIONFAILED] LOGIN Invalid credentials or IMAP is disabled".
  {
    code: 'wrong_password',
    also: 'protocol_switched_off',
    text: /\b(?:credentials?|password|user\w*|login)\b.{0,40}\bor\b.{0,40}\b(?:imap|pop3?|smtp)\w*\b.{0,40}\b(?:disabled|off|not)\b|\b(?:imap|pop3?|smtp)\w*\b.{0,40}\b(?:disabled|off|enabled)\b.{0,20}\bor\b.{0,40}\b(?:credentials?|password|user\w*|login)\b/i,
  },
  // "Your account is not enabled for IMAP use", "SmtpClientAuthentication is disabled for the …".
  {
    code: 'protocol_switched_off',
    text: /\b(?:imap|pop3?|smtp)\w*\b.{0,40}\b(?:disabled|deactivated|not (?:been )?(?:enabled|activated|allowed)|(?:switched|turned) off)|not enabled for (?:imap|pop|smtp)|enable (?:imap|pop|smtp)/i,
  },
  // Google's [WEBALERT url] and "534-5.7.14 Please log in via your web browser".
  { code: 'web_login_needed', codes: ['WEBALERT', '5.7.14'], text: /\bweb (?:browser|login)\b/i },
  { code: 'temporary', text: /\btoo many\b.{0,30}\bconnections\b/i },
  // But "BAD too many arguments".
  {
    code: 'too_many_attempts',
    text: /\btoo many\b(?! (?:arguments?|parameters?|words?|spaces?|characters?)\b)|\brate limit/i,
  },
  // RFC 5530, RFC 4954 section 6.
  {
    code: 'password_expired',
    codes: ['EXPIRED', '4.7.12'],
    text: /password (?:has |is )?expired/i,
  },
  {
    code: 'encryption_required',
    codes: ['PRIVACYREQUIRED', '538', '5.7.11'],
    text: /\b(?:starttls|stls|tls|ssl)\b.{0,30}\b(?:first|required)\b|must issue a? ?starttls|\bplain-?text auth\w* (?:disallowed|not allowed)/i,
  },
  { code: 'temporary', codes: TEMPORARY },
  {
    code: 'login_not_allowed',
    codes: ['AUTHORIZATIONFAILED', 'NOPERM', 'CONTACTADMIN', 'SYS/PERM'],
  },
  {
    code: 'login_not_allowed',
    text: /\b(?:account|user)\b.{0,30}\b(?:locked|suspended|blocked|disabled|deactivated)\b|\bno (?:access|permission)|\bnot (?:have|permitted|allowed|authori[sz]ed)\b.{0,30}\b(?:access|log ?-?in|permission|use)\b/i,
  },
  // Microsoft's policies refuse right passwords with it, and it says the same to wrong ones:
  // "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."
  {
    code: 'login_not_allowed',
    also: 'wrong_password',
    codes: ['5.7.139'],
    text: /\bcredentials\b.{0,20}\bincorrect\b/i,
    both: true,
  },
  { code: 'login_not_allowed', codes: ['5.7.139'] },
  // "NO AUTHENTICATE mechanism not supported", whatever the code is.
  {
    code: 'mechanism_not_offered',
    text: /\b(?:mechanism|command|method|auth\w* type)\b.{0,30}\b(?:not (?:supported|available|implemented|enabled|recogni[sz]ed|known)|unsupported|unknown|unrecogni[sz]ed)\b|\bauth\w* (?:is )?not (?:supported|implemented)\b|\b(?:unsupported|unknown|unrecogni[sz]ed) (?:sasl |auth\w* )?(?:mechanism|command|method|type)\b/i,
  },
  { code: 'wrong_password', codes: ['AUTHENTICATIONFAILED', 'AUTH', '535', '5.7.8'] },
  { code: 'mechanism_not_offered', codes: ['504', '5.5.4', '534', '5.7.9'] },
  { code: 'login_refused', codes: ['BAD', 'BYE'] },
]

/** Why a log-in was refused, as far as the server's codes and words tell: the likeliest first. */
export function refusalsOf({ reply, sent }: LogInAttempt): readonly CheckCode[] {
  const { codes } = reply
  const text = reply.text.slice(0, MAX_TEXT)
  const rule = RULES.find((each) => {
    const byCode = each.codes?.some((code) => codes.includes(code)) === true
    const byText = each.text?.test(text) === true
    return each.both === true ? byCode && byText : byCode || byText
  })
  if (rule !== undefined) return rule.also === undefined ? [rule.code] : [rule.code, rule.also]
  if (isTemporary(codes)) return ['temporary']
  // A NO or -ERR without a code is what most older servers say to a wrong password.
  const told = codes.some((code) => code.startsWith('5')) || !sent
  return [told ? 'login_refused' : 'wrong_password']
}

/** The likeliest reason why a password was refused. */
export function whyRefused(reply: Reply): CheckCode {
  return refusalsOf({ reply, sent: true })[0] ?? 'login_refused'
}

/** The answer is about the way of logging in, not about the password. */
export function meansAnotherWay(attempt: LogInAttempt): boolean {
  const { reply, sent } = attempt
  const [why] = refusalsOf(attempt)
  if (reply.codes.some((code) => code === 'BYE' || code === '421')) return false
  if (why === 'mechanism_not_offered') return true
  // World4You answers 535 to "AUTH PLAIN" that comes without its message.
  if (!sent) return why === 'login_refused' || why === 'wrong_password'
  // BAD, and 500 to 504 with 5.5.z: a command that is not known, or not like this.
  const syntax = reply.codes.some((code) => /^(?:BAD|50[0-4]|5\.5\.\d+)$/.test(code))
  return why === 'login_refused' && syntax
}

/** The answer has a code, or says more than that the log-in failed. */
export function refusesOutright(reply: Reply): boolean {
  return reply.codes.length > 0 || whyRefused(reply) !== 'wrong_password'
}

/** Failures that pass: RFC 5530's and RFC 3206's codes; SMTP's 4yz, and enhanced ones of class 4. */
export function isTemporary(codes: readonly string[]): boolean {
  return codes.some((code) => TEMPORARY.includes(code) || /^4(?:\d\d$|\.)/.test(code))
}
