import type { Authentication } from '../account/server.js'
import { Failure } from './failure.js'
import type { Findings } from './report.js'
import type { Capabilities } from './session.js'

/** `command` is a log-in without SASL: IMAP's LOGIN, POP3's USER and PASS. */
export type Mechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5' | 'command'

export interface Choice extends Findings {
  /** Undefined where a check cannot log in: other mechanisms, or none wanted. */
  readonly mechanism?: Mechanism
}

const OAUTH = new Set(['XOAUTH2', 'OAUTHBEARER'])

/** The SASL mechanisms that mail apps take for each word of the settings, the best first. */
const WANTED: Readonly<Record<Authentication, readonly string[]>> = {
  'password-cleartext': ['PLAIN', 'LOGIN'],
  'password-encrypted': ['CRAM-MD5'],
  ntlm: ['NTLM'],
  gssapi: ['GSSAPI'],
  oauth2: [...OAUTH],
  none: [],
}

/**
 * How to log in, from what the settings want and what the server offers.
 *
 * @throws Failure `mechanism_not_offered`, `wants_oauth`, `login_disabled`, `no_authentication`
 */
export function chooseMechanism(
  authentication: Authentication,
  { mechanisms, names, passwordCommand }: Capabilities,
): Choice {
  if (authentication === 'none') return { detail: 'none wanted' }
  const offered = describeOffer(mechanisms, passwordCommand)
  const found = WANTED[authentication].find((name) => mechanisms.includes(name))
  if (found !== undefined) {
    return { ...(isMechanism(found) ? { mechanism: found } : {}), detail: offered }
  }
  const onlyOauth = mechanisms.length > 0 && mechanisms.every((name) => OAUTH.has(name))
  if (authentication === 'password-cleartext' && passwordCommand) {
    return {
      mechanism: 'command',
      ...(onlyOauth
        ? { warnings: [{ code: 'wants_oauth', detail: offered }] }
        : { detail: offered }),
    }
  }
  if (onlyOauth) throw new Failure('wants_oauth', offered)
  if (mechanisms.length > 0) throw new Failure('mechanism_not_offered', offered)
  throw new Failure(names.includes('LOGINDISABLED') ? 'login_disabled' : 'no_authentication')
}

/** Whether a password can be sent readably, so that it must not happen before TLS. */
export function takesCleartextPassword(capabilities: Capabilities): boolean {
  const { mechanisms, passwordCommand } = capabilities
  return passwordCommand || mechanisms.includes('PLAIN') || mechanisms.includes('LOGIN')
}

function isMechanism(name: string): name is Mechanism {
  return name === 'PLAIN' || name === 'LOGIN' || name === 'CRAM-MD5'
}

function describeOffer(mechanisms: readonly string[], passwordCommand: boolean): string {
  // RFC 4422 section 3.1 names; whatever else a server writes there is not repeated.
  const names = mechanisms.filter((name) => /^[A-Z0-9_-]{1,20}$/.test(name)).slice(0, 12)
  const all = [...names, ...(passwordCommand ? ['log-in without SASL'] : [])]
  return all.length === 0 ? 'nothing offered' : `offers ${all.join(', ')}`
}
