import { isIP } from 'node:net'
import { isLoopback } from '../account/loopback.js'
import type { AuthorizationServer } from '../account/mail-service.js'
import { MailProfileError } from '../errors.js'
import type {
  Config,
  Described,
  DirectoryConfig,
  SecurityTxt,
  SigningConfig,
  TlsConfig,
} from './config.js'
import { KEYS } from './keys.js'

type Given<K extends keyof Described> = NonNullable<Described[K]>

/**
 * A signing identity's files.
 *
 * @param field where it stands, as all here: `tenants[1].signing`
 * @throws MailProfileError `invalid_configuration` where there are too few or too many
 */
export function finishSigning(signing: Given<'signing'>, field = 'signing'): SigningConfig {
  const { certificate, key, pkcs12, passphrase } = signing
  if (pkcs12 !== undefined && certificate === undefined && key === undefined) {
    return { pkcs12, passphrase }
  }
  if (pkcs12 === undefined && certificate !== undefined && key !== undefined) {
    return { certificate, key, passphrase }
  }
  throw incomplete(
    field,
    pkcs12 === undefined
      ? `${field} needs certificate and key, or pkcs12: ${missing(certificate, key)}.`
      : `${field} needs either certificate and key, or pkcs12: there are both.`,
  )
}

/** @throws MailProfileError `invalid_configuration` where one of the two is missing */
export function finishTls(
  { certificate, key, passphrase }: Given<'tls'>,
  field = 'tls',
): TlsConfig {
  if (certificate !== undefined && key !== undefined) return { certificate, key, passphrase }
  throw incomplete(field, `${field} needs certificate and key: ${missing(certificate, key)}.`)
}

/** @throws MailProfileError `invalid_configuration` without a url, and for replicas of what has none */
export function finishStore(store: Described['store']): Pick<Config, 'store' | 'storeReplicas'> {
  if (store === undefined) return {}
  const { url, replicas } = store
  if (url === undefined) {
    throw incomplete('store', 'store needs a url, such as redis://127.0.0.1:6379.')
  }
  if (replicas === undefined) return { store: url }
  if (replicas > 0 && !/^rediss?:/.test(url)) {
    throw new MailProfileError(
      'invalid_configuration',
      'store.replicas is for Redis: no other store has replicas.',
      { hint: 'Leave it out, or name a redis:// or rediss:// address in store.', field: 'store' },
    )
  }
  return { store: url, storeReplicas: replicas }
}

/** @throws MailProfileError `invalid_configuration` without a contact */
export function finishSecurityTxt(
  { contact, ...rest }: Given<'securityTxt'>,
  field = 'securityTxt',
): SecurityTxt {
  if (contact !== undefined) return { contact, ...rest }
  throw incomplete(field, `${field} needs a contact, such as mailto:security@example.com.`)
}

/** @throws MailProfileError `invalid_configuration` without an issuer */
export function finishOAuth(
  { issuer, ...rest }: Given<'oauth'>,
  field = 'oauth',
): AuthorizationServer {
  if (issuer !== undefined) return { issuer, ...rest }
  throw incomplete(field, `${field} needs an issuer, such as https://id.example.com.`)
}

// What has a default may be left out.
type GivenDirectory = {
  readonly [P in keyof DirectoryConfig]?: DirectoryConfig[P] | undefined
}
const KINDS = ['ldap', 'sql', 'command', 'csv'] as const

/**
 * A directory of people; of a tenant, whose keys have had no defaults yet, with those.
 *
 * @throws MailProfileError `invalid_configuration` unless it is one kind, and for a password without whom it
 *   is of, or the other way about
 */
export function finishDirectory(given: GivenDirectory, field = 'directory'): DirectoryConfig {
  const { keys } = KEYS.directory
  const { ldap, sql, password, tls } = given
  const kinds = KINDS.filter((kind) => given[kind] !== undefined)
  if (kinds.length !== 1) {
    const there = kinds.length === 0 ? 'there is none' : `there are ${kinds.join(' and ')}`
    throw incomplete(field, `${field} needs one of ${KINDS.join(', ')}: ${there}.`)
  }
  // RFC 4513, section 5.1.2: a name without a password is let in as nobody.
  if ((ldap?.bindDn === undefined) === (password !== undefined) && sql === undefined) {
    throw incomplete(
      `${field}.password`,
      password === undefined
        ? `${field}.ldap.bindDn needs a password, in ${field}.password.`
        : `${field}.password is of nobody: there is no ldap.bindDn.`,
    )
  }
  if (tls === false && ldap?.url.startsWith('ldaps:') === true) {
    throw new MailProfileError(
      'invalid_configuration',
      `${field}.ldap.url begins with ldaps:, which is TLS, and ${field}.tls is false.`,
      { hint: 'Write ldap: for a server without TLS.', field: `${field}.tls` },
    )
  }
  const url = sql?.url.reveal()
  if (url !== undefined && isUnverifiable(url, tls)) {
    throw new MailProfileError(
      'invalid_configuration',
      `${field}.sql.url needs the name of the host: with MySQL, a certificate is compared with names alone.`,
      { hint: `Write its name instead of its address, or set ${field}.tls to false.`, field },
    )
  }
  return {
    ...given,
    timeout: given.timeout ?? keys.timeout.default,
    connections: given.connections ?? keys.connections.default,
    cacheFor: given.cacheFor ?? keys.cacheFor.default,
    cacheMissingFor: given.cacheMissingFor ?? keys.cacheMissingFor.default,
    cacheEntries: given.cacheEntries ?? keys.cacheEntries.default,
  }
}

// mysql2 3.24 compares the certificate of a server that is named by its address with “localhost”.
function isUnverifiable(url: string, tls: boolean | undefined): boolean {
  if (!/^(?:mysql|mariadb):/.test(url)) return false
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && (tls ?? !isLoopback(host))
}

function missing(certificate: string | undefined, key: string | undefined): string {
  if (certificate !== undefined) return 'key is missing'
  return key === undefined ? 'both are missing' : 'certificate is missing'
}

function incomplete(field: string, message: string): MailProfileError {
  return new MailProfileError('invalid_configuration', message, {
    hint: 'They may come from the file and from the environment (MAILPROFILE_…), one each.',
    field,
  })
}
