import type { Authentication } from '../account/server.js'
import type { CheckCode } from './causes.js'
import { Failure } from './failure.js'
import type { StepFindings } from './report.js'
import type { Capabilities } from './session.js'

/**
 * `command` is a log-in without SASL: IMAP's LOGIN, POP3's USER and PASS; `APOP` is POP3's with a
 * digest (RFC 1939 section 7).
 */
export type Mechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'APOP' | 'command'

export interface Choice extends StepFindings {
  /** Undefined where a check cannot log in: other mechanisms, or none wanted. */
  readonly mechanism?: Mechanism
  /** What to try where the server then refuses it, in this order. */
  readonly fallbacks: readonly Mechanism[]
}

const OAUTH = new Set(['XOAUTH2', 'OAUTHBEARER'])

const OTHERS: Readonly<Partial<Record<Authentication, readonly string[]>>> = {
  ntlm: ['NTLM'],
  gssapi: ['GSSAPI'],
  oauth2: [...OAUTH],
}

/**
 * How to log in, from what the settings want and what the server offers.
 *
 * @throws Failure `mechanism_not_offered`, `wants_oauth`, `login_disabled`, `no_authentication`
 */
export function chooseMechanism(
  authentication: Authentication,
  capabilities: Capabilities,
): Choice {
  if (authentication === 'none') return { detail: 'none wanted', fallbacks: [] }
  const { mechanisms, passwordCommand } = capabilities
  const offered = describeOffer(mechanisms, passwordCommand)
  if (OTHERS[authentication]?.some((name) => mechanisms.includes(name)) === true) {
    return { detail: offered, fallbacks: [] }
  }
  const [mechanism, ...fallbacks] = waysOf(authentication, capabilities)
  if (mechanism === undefined) throw whyNone(authentication, capabilities, offered)
  const doubt = mechanism === 'command' ? doubtOf(capabilities) : undefined
  const found = doubt === undefined ? {} : { warnings: [{ code: doubt, detail: offered }] }
  return { mechanism, fallbacks, ...(doubt === undefined ? { detail: offered } : found) }
}

/**
 * In the order of Thunderbird for Android 24 (`authenticate` of RealImapConnection,
 * `performAuthentication` of Pop3Connection, `open` of SmtpTransport), which has SASL's LOGIN with
 * SMTP only: elsewhere it comes last.
 */
function waysOf(
  authentication: Authentication,
  { mechanisms, passwordCommand, passwordCommandUntold = false }: Capabilities,
): Mechanism[] {
  const offered = <T extends Mechanism>(...names: T[]) =>
    names.filter((name) => mechanisms.includes(name))
  if (authentication === 'password-encrypted') return offered('CRAM-MD5', 'APOP')
  if (authentication !== 'password-cleartext') return []
  const command: Mechanism[] = ['command']
  return [
    ...offered('PLAIN'),
    ...(passwordCommand ? command : []),
    ...offered('LOGIN'),
    ...(passwordCommandUntold && !onlyOauth(mechanisms) ? command : []),
  ]
}

/** What speaks against a log-in without SASL where nothing else is left. */
function doubtOf({ mechanisms, passwordCommand }: Capabilities): CheckCode | undefined {
  if (onlyOauth(mechanisms)) return 'wants_oauth'
  // What the server names, it names for a reason.
  return !passwordCommand && saslOf(mechanisms).length > 0 ? 'mechanism_not_offered' : undefined
}

function whyNone(
  authentication: Authentication,
  { mechanisms, names }: Capabilities,
  offered: string,
): Failure {
  const sasl = saslOf(mechanisms)
  // Exchange offers NTLM beside LOGINDISABLED until TLS has begun, and takes passwords after it.
  const onlyNtlm = authentication === 'password-cleartext' && sasl.every((name) => name === 'NTLM')
  if (names.includes('LOGINDISABLED') && (sasl.length === 0 || onlyNtlm)) {
    return new Failure('login_disabled', sasl.length === 0 ? undefined : offered)
  }
  if (onlyOauth(mechanisms)) return new Failure('wants_oauth', offered)
  return mechanisms.length > 0
    ? new Failure('mechanism_not_offered', offered)
    : new Failure('no_authentication')
}

function onlyOauth(mechanisms: readonly string[]): boolean {
  const sasl = saslOf(mechanisms)
  return sasl.length > 0 && sasl.every((name) => OAUTH.has(name))
}

function saslOf(mechanisms: readonly string[]): string[] {
  return mechanisms.filter((name) => name !== 'APOP')
}

/** Whether a password can be sent readably, so that it must not happen before TLS. */
export function takesCleartextPassword(capabilities: Capabilities): boolean {
  const { mechanisms, passwordCommand } = capabilities
  return passwordCommand || mechanisms.includes('PLAIN') || mechanisms.includes('LOGIN')
}

function describeOffer(mechanisms: readonly string[], passwordCommand: boolean): string {
  // RFC 4422 section 3.1 names; whatever else a server writes there is not repeated.
  const names = mechanisms.filter((name) => /^[A-Z0-9_-]{1,20}$/.test(name)).slice(0, 12)
  const all = [...names, ...(passwordCommand ? ['log-in without SASL'] : [])]
  return all.length === 0 ? 'nothing offered' : `offers ${all.join(', ')}`
}
