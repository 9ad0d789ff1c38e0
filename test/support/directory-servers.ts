import type { Daemon } from './daemon.js'
import { MARIADB_PASSWORD, startMariadb } from './mariadb.js'
import { insertPeople, type ListedPerson } from './people.js'
import { POSTGRESQL_PASSWORD, startPostgresql } from './postgresql.js'
import { isMissing, needsRoot } from './programs.js'
import type { ServerCertificate } from './server-certificate.js'
import { LDAP_READER, LDAP_SUFFIX, startSlapd } from './slapd.js'

/** What a configuration has under `directory`. */
export type DirectorySettings = Readonly<Record<string, unknown>>

/** A real server that lists people, on loopback. */
export interface DirectoryServer extends Daemon {
  readonly port: number
  /** How it is asked, with the password; `changes` win. */
  readonly settings: (place: ServerAddress, changes?: DirectorySettings) => DirectorySettings
}

export interface ServerAddress {
  readonly host: string
  readonly port: number
}

interface StartOptions {
  /** A new one, the parents of which everybody may enter. */
  readonly folder: string
  readonly people: readonly ListedPerson[]
  /** How much LDAP gives. */
  readonly sizeLimit?: string
  readonly tls?: Pick<ServerCertificate, 'chain' | 'key'> | undefined
}

/** How the databases of the tests list people: the filter is a language. */
export const LIST =
  "select address, name, username, language from people where %FILTER% in ('*', language) order by address"
const QUERY = 'select name, username, aliases, language from people where address = %EMAILADDRESS%'

/** The kinds of servers that there are, and whether tests of one have to be skipped. */
export const DIRECTORY_SERVERS = {
  slapd: {
    isSkipped: isMissing('slapd'),
    async start({ folder, people, tls, sizeLimit }: StartOptions): Promise<DirectoryServer> {
      const slapd = await startSlapd({ folder, people, tls, sizeLimit })
      return {
        ...slapd,
        settings: ({ host, port }, changes = {}) => ({
          ldap: {
            url: `ldap://${host}:${port}`,
            base: `ou=people,${LDAP_SUFFIX}`,
            filter: '(|(mail=%EMAILADDRESS%)(mailLocalAddress=%EMAILADDRESS%))',
            bindDn: LDAP_READER.dn,
          },
          password: LDAP_READER.password,
          attributes: { username: 'uid', aliases: 'mailLocalAddress' },
          ...changes,
        }),
      }
    },
  },
  postgresql: {
    isSkipped: isMissing('postgres') || needsRoot(),
    async start({ folder, people, tls }: StartOptions): Promise<DirectoryServer> {
      const server = await startPostgresql({ folder, sql: insertPeople(people), tls })
      return { ...server, settings: databaseSettings('postgres', POSTGRESQL_PASSWORD) }
    },
  },
  mariadb: {
    isSkipped: isMissing('mariadbd') || needsRoot(),
    async start({ folder, people, tls }: StartOptions): Promise<DirectoryServer> {
      const server = await startMariadb({ folder, sql: insertPeople(people), tls })
      return { ...server, settings: databaseSettings('mariadb', MARIADB_PASSWORD) }
    },
  },
} as const

function databaseSettings(scheme: string, password: string): DirectoryServer['settings'] {
  return ({ host, port }, { query = QUERY, list = LIST, ...changes } = {}) => ({
    sql: { url: `${scheme}://mail@${host}:${port}/mail`, query, list },
    password,
    ...changes,
  })
}
