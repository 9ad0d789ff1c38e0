import type { DirectoryConfig, SqlDirectory } from '../config/config.js'
import { readAuthorities } from '../config/read-authorities.js'
import { isLoopback } from '../account/loopback.js'
import { Secret } from '../account/secret.js'
import { bareHost } from '../account/web-url.js'
import { askedDirectory } from './asked-directory.js'
import { requireAddress, requireColumns, withColumns } from './columns.js'
import type { ServerPlace } from './connect.js'
import type { PeopleDirectory } from './people-directory.js'
import type { ListedAttributes } from './person.js'
import type { DirectorySource } from './source.js'

export interface OpenDirectoryOptions {
  /** Milliseconds since whenever. */
  readonly elapsed: () => number
  /** PATH, for programs that are named without a path. */
  readonly path: string | undefined
  /** The script of the thread for SQLite. */
  readonly sqliteWorker?: URL | undefined
}

const SECOND = 1000
// Log-ins and aliases have no attribute that means them everywhere: they are named by the operator.
const OF_LDAP: ListedAttributes = {
  address: ['mail'],
  name: ['displayName', 'cn'],
  username: [],
  aliases: [],
  language: ['preferredLanguage'],
}
const OF_OTHERS: ListedAttributes = {
  address: ['address'],
  name: ['name'],
  username: ['username'],
  aliases: ['aliases'],
  language: ['language'],
}

/**
 * The directory that a configuration names. No connection is made: that is for the first question.
 *
 * @throws MailProfileError `invalid_configuration` for a file of certificates that cannot be read
 */
export async function openDirectory(
  config: DirectoryConfig,
  { elapsed, path, sqliteWorker }: OpenDirectoryOptions,
): Promise<PeopleDirectory> {
  const attributes = attributesOf(
    config.ldap === undefined ? OF_OTHERS : OF_LDAP,
    config.attributes,
  )
  return askedDirectory(await openSource(config, attributes, { path, sqliteWorker }), {
    attributes,
    timeout: config.timeout * SECOND,
    entries: config.cacheEntries,
    keep: config.cacheFor * SECOND,
    keepMissing: config.cacheMissingFor * SECOND,
    elapsed,
  })
}

function attributesOf(
  usual: ListedAttributes,
  given: DirectoryConfig['attributes'] = {},
): ListedAttributes {
  const { address = usual.address, name = usual.name, username = usual.username } = given
  const { aliases = usual.aliases, language = usual.language } = given
  return { address, name, username, aliases, language }
}

// Each is loaded when it is used, and its driver with it.
async function openSource(
  config: DirectoryConfig,
  { address: addresses, ...attributes }: ListedAttributes,
  { path, sqliteWorker }: Pick<OpenDirectoryOptions, 'path' | 'sqliteWorker'>,
): Promise<DirectorySource> {
  const { ldap, sql, command, listCommand, csv, password, connections } = config
  // Whoever looks somebody up has the address, so only lists need it.
  const named = { ...config.attributes, address: undefined }
  const timeout = config.timeout * SECOND
  if (ldap !== undefined) {
    const { url, ...search } = ldap
    const server = new URL(url)
    const isSecure = server.protocol === 'ldaps:'
    const place = await placeOf(server, isSecure ? 636 : 389, {
      ...config,
      tls: isSecure ? true : config.tls,
    })
    const { ldapSource } = await import('./ldap/source.js')
    return ldapSource({
      ...search,
      place,
      startTls: !isSecure,
      bindDn: search.bindDn,
      password,
      attributes: Object.values(attributes).flat(),
      addresses,
      connections,
      timeout,
    })
  }
  if (command !== undefined) {
    const { commandSource } = await import('./command/source.js')
    return commandSource({ command, listCommand, most: connections, path })
  }
  if (csv !== undefined) {
    const { csvSource } = await import('./csv/source.js')
    return csvSource({
      file: csv,
      addresses,
      aliases: attributes.aliases,
      requireColumns: (columns) => requireColumns(columns, attributes, named),
    })
  }
  if (sql === undefined) throw new Error('A configuration names one kind of directory.')
  return withColumns(await openSql(sql, config, sqliteWorker), {
    ask: (columns) => requireColumns(columns, attributes, named),
    list(columns) {
      requireAddress(columns, addresses)
      if (columns.length > 1) requireColumns(columns, attributes, named)
    },
  })
}

async function openSql(
  { url: secret, query, list }: SqlDirectory,
  config: DirectoryConfig,
  worker: URL | undefined,
): Promise<DirectorySource> {
  const written = secret.reveal()
  if (written.startsWith('sqlite:')) {
    const { sqliteSource } = await import('./sql/sqlite.js')
    return sqliteSource({ file: written.slice('sqlite:'.length), query, list, worker })
  }
  const url = new URL(written)
  const isPostgresql = url.protocol.startsWith('postgres')
  const server = {
    place: await placeOf(url, isPostgresql ? 5432 : 3306, config),
    user: decodeURIComponent(url.username),
    password: url.password === '' ? config.password : new Secret(decodeURIComponent(url.password)),
    database: decodeURIComponent(url.pathname.slice(1)),
    query,
    list,
    connections: config.connections,
    timeout: config.timeout * SECOND,
  }
  if (isPostgresql) return (await import('./sql/postgresql.js')).postgresqlSource(server)
  return (await import('./sql/mysql.js')).mysqlSource(server)
}

/** Over a network by TLS, unless the configuration says otherwise. */
async function placeOf(
  server: URL,
  usualPort: number,
  { tls, ca }: Pick<DirectoryConfig, 'tls' | 'ca'>,
): Promise<ServerPlace> {
  const host = bareHost(server)
  const { port } = server
  return {
    host,
    port: port === '' ? usualPort : Number(port),
    tls: (tls ?? !isLoopback(host)) ? { ca: await readAuthorities(ca, 'directory.ca') } : undefined,
  }
}
