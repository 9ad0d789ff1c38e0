import { MailProfileError } from '../errors.js'
import { join, parseFields, parseWord, wanted } from './fields.js'
import { parseHostName, type HostName } from './host-name.js'
import { parseSecret, type Secret } from './secret.js'
import { parsePlainText } from './plain-text.js'
import { MAX_CREDENTIAL_LENGTH } from './text.js'

declare const portBrand: unique symbol

/** A TCP port, 1 to 65535. */
export type Port = number & { readonly [portBrand]: true }

export const INCOMING_PROTOCOLS = ['imap', 'pop3'] as const
export type IncomingProtocol = (typeof INCOMING_PROTOCOLS)[number]

/** `tls` is implicit TLS (RFC 8314 section 3); `starttls` is an upgrade that is required. */
export const SECURITIES = ['tls', 'starttls', 'none'] as const
export type Security = (typeof SECURITIES)[number]

/** In Mozilla's words; `password-encrypted` is CRAM-MD5 (RFC 2195). */
export const AUTHENTICATIONS = [
  'password-cleartext',
  'password-encrypted',
  'ntlm',
  'gssapi',
  'oauth2',
  'none',
] as const
export type Authentication = (typeof AUTHENTICATIONS)[number]

/** A server of an account, and how to log in there. */
export interface MailServer {
  readonly host: HostName
  readonly port: Port
  readonly security: Security
  readonly authentication: Authentication
  /** Always there unless `authentication` is `none`. */
  readonly username?: string
  readonly password?: Secret
}

/** Where mail is received. */
export interface IncomingServer extends MailServer {
  readonly protocol: IncomingProtocol
}

/** Where mail is sent. */
export interface OutgoingServer extends MailServer {
  readonly protocol: 'smtp'
}

const SERVER_KEYS = new Set([
  'protocol',
  'host',
  'port',
  'security',
  'authentication',
  'username',
  'password',
])

/** @throws MailProfileError `invalid_account`, `invalid_host` */
export function parseIncomingServer(value: unknown, path = 'incoming'): IncomingServer {
  return parseServer(value, path, INCOMING_PROTOCOLS)
}

/** @throws MailProfileError `invalid_account`, `invalid_host` */
export function parseOutgoingServer(value: unknown, path = 'outgoing'): OutgoingServer {
  return parseServer(value, path, ['smtp'])
}

/** @throws MailProfileError `invalid_account` */
function parsePort(value: unknown, field = 'port'): Port {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65535) {
    const sentence = wanted(field, value, 'has to be a whole number from 1 to 65535')
    throw new MailProfileError('invalid_account', sentence, { field })
  }
  return value as Port
}

function parseServer<P extends string>(
  value: unknown,
  path: string,
  protocols: readonly P[],
): MailServer & { readonly protocol: P } {
  const json = parseFields(value, path, SERVER_KEYS)
  const authentication = parseWord(
    json['authentication'],
    join(path, 'authentication'),
    AUTHENTICATIONS,
  )
  const { username, password } = json
  if (username === undefined && authentication !== 'none') {
    const field = join(path, 'username')
    throw new MailProfileError(
      'invalid_account',
      `${field} is missing: only a server with authentication "none" does without.`,
      { field },
    )
  }
  if (password !== undefined && (authentication === 'none' || authentication === 'oauth2')) {
    const field = join(path, 'password')
    throw new MailProfileError(
      'invalid_account',
      `${field} is given, but a server with authentication "${authentication}" takes none.`,
      { field },
    )
  }
  return {
    protocol: parseWord(json['protocol'], join(path, 'protocol'), protocols),
    host: parseHostName(json['host'], join(path, 'host')),
    port: parsePort(json['port'], join(path, 'port')),
    security: parseWord(json['security'], join(path, 'security'), SECURITIES),
    authentication,
    ...(username === undefined
      ? {}
      : { username: parsePlainText(username, join(path, 'username'), MAX_CREDENTIAL_LENGTH) }),
    ...(password === undefined ? {} : { password: parseSecret(password, join(path, 'password')) }),
  }
}
