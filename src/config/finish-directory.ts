import { isIP } from 'node:net'
import { isLoopback } from '../account/loopback.js'
import { bareHost } from '../account/web-url.js'
import { MailProfileError } from '../errors.js'
import type { DirectoryConfig } from './config.js'
import { KEYS } from './keys.js'
import { incomplete } from './sections.js'

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
  const { ldap, sql, command, listCommand, password, tls } = given
  const kinds = KINDS.filter((kind) => given[kind] !== undefined)
  if (kinds.length !== 1) {
    const there = kinds.length === 0 ? 'there is none' : `there are ${kinds.join(' and ')}`
    throw incomplete(field, `${field} needs one of ${KINDS.join(', ')}: ${there}.`)
  }
  if (listCommand !== undefined && command === undefined) {
    throw incomplete(`${field}.listCommand`, `${field}.listCommand needs ${field}.command.`)
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
  const host = bareHost(new URL(url))
  return isIP(host) !== 0 && (tls ?? !isLoopback(host))
}
