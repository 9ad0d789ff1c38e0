import { Client, NoSuchObjectError, type Entry } from 'ldapts'
import { expandPlaceholders, isPersonal } from '../../account/placeholders.js'
import type { Secret } from '../../account/secret.js'
import { ldapFilterValue, ldapNameValue } from '../../encoding/ldap.js'
import { connectSocket, upgradeSocket, type ServerPlace } from '../connect.js'
import { ConnectionPool, type ServerConnection } from '../connection-pool.js'
import { MAX_ANSWERS, type DirectorySource } from '../source.js'
import { DirectoryTrouble } from '../trouble.js'
import { beginTls } from './begin-tls.js'
import { listPeople, listSearch } from './list.js'
import { personIn } from './person-in.js'

export interface LdapSourceOptions {
  readonly place: ServerPlace
  /** TLS begins with StartTLS (`ldap:`) instead of at once (`ldaps:`). */
  readonly startTls: boolean
  /** Mozilla's placeholders stand in both. */
  readonly base: string
  readonly filter: string
  readonly scope: 'sub' | 'one' | 'base'
  /** Nobody in particular asks without one. */
  readonly bindDn: string | undefined
  readonly password: Secret | undefined
  /** What is asked for of an entry. */
  readonly attributes: readonly string[]
  /** The attributes in which the address of a listed person is. */
  readonly addresses: readonly string[]
  readonly connections: number
  /** Milliseconds that the server may take for a search. */
  readonly timeout: number
}

interface LdapConnection extends ServerConnection {
  readonly client: Client
}

/** People in an LDAP directory (RFC 4511), version 3. Referrals are not followed, aliases neither. */
export function ldapSource(options: LdapSourceOptions): DirectorySource {
  const connections = new ConnectionPool<LdapConnection>({
    most: options.connections,
    open: (socket, signal) => open(options, socket, signal),
  })
  return {
    ask: (address, signal) =>
      connections.use(async ({ client }) => {
        const entries = await search(client, address, options)
        return entries.slice(0, MAX_ANSWERS).map(personIn)
      }, signal),
    async *list(question) {
      const search = listSearch(options, question)
      yield* connections.list(({ client }) => listPeople(client, search, options), question.signal)
    },
    close: () => connections.close(),
  }
}

async function open(
  { place, startTls: begins, bindDn, password }: LdapSourceOptions,
  raw: Parameters<typeof connectSocket>[0],
  signal: AbortSignal,
): Promise<LdapConnection> {
  await connectSocket(raw, place, signal)
  if (place.tls !== undefined && begins) await beginTls(raw, signal)
  const socket = place.tls === undefined ? raw : await upgradeSocket(raw, place, signal)
  let isGiven = false
  const give = () => {
    // The library would connect again by itself, with neither TLS nor a bind.
    if (isGiven) throw new DirectoryTrouble('It closed the connection.')
    isGiven = true
    return socket
  }
  const client = new Client({
    // The host and the port are those of the socket.
    url: 'ldap://directory.invalid',
    createConnection: give,
  })
  // RFC 4513, section 5.1: without a name and a password it is an anonymous bind.
  await client.bind(bindDn ?? '', password?.reveal() ?? '')
  return { client, isOpen: () => client.isConnected, end: () => client.unbind() }
}

async function search(
  client: Client,
  address: string,
  { base, filter, scope, attributes, timeout }: LdapSourceOptions,
): Promise<Entry[]> {
  try {
    const { searchEntries } = await client.search(
      expandPlaceholders(base, address, ldapNameValue),
      {
        filter: expandPlaceholders(filter, address, ldapFilterValue),
        scope,
        attributes: [...attributes],
        derefAliases: 'never',
        sizeLimit: MAX_ANSWERS,
        timeLimit: Math.ceil(timeout / 1000),
      },
    )
    return searchEntries
  } catch (error) {
    // A part of the tree for each domain, and none for this one.
    if (error instanceof NoSuchObjectError && hasPlaceholder(base)) return []
    throw error
  }
}

function hasPlaceholder(base: string): boolean {
  return isPersonal(base) || base.includes('%EMAILDOMAIN%')
}
