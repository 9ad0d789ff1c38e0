import { RedisClient, RESP_TYPES } from '@redis/client'
import { MailProfileError } from '../../errors.js'
import type { RedisAddress } from './address.js'
import { sha1Of } from './commands.js'
import { NoAnswer } from './trouble.js'

// Once: the library's createClient builds a class of some hundred methods whenever its options differ
// from those of the call before, and nothing else can run meanwhile.
const createClient = RedisClient.factory()

/** A client that makes one connection: when it ends, another one is made. */
export type Client = ReturnType<typeof createClientFor>

/** What has to run once: a script without keys, or a command. */
export type Probe = string | readonly string[]

/** Milliseconds for TCP and TLS, and again for the greeting. */
const CONNECT_LIMIT = 3000
const FLOOR = 7

/**
 * Connects to a server, and finds out whether it will do.
 *
 * @param onTrouble told of whatever ends the connection, then and later
 * @throws MailProfileError `store_unavailable` for a server that is none of ours; else what the library
 *   throws
 */
export async function openClient(
  address: RedisAddress,
  {
    probe,
    onTrouble,
  }: {
    readonly probe: Probe | undefined
    readonly onTrouble: (client: Client, trouble: unknown) => void
  },
): Promise<Client> {
  const client = createClientFor(address)
  // Some troubles are told by an event alone: an answer that is not Redis'.
  let trouble: unknown
  client.on('error', (error: unknown) => {
    trouble ??= error
    onTrouble(client, error)
  })
  let timer: NodeJS.Timeout | undefined
  client.on('connect', () => {
    timer = setTimeout(() => {
      trouble ??= new NoAnswer()
      client.destroy()
    }, CONNECT_LIMIT)
  })
  try {
    await client.connect()
    const { version, role, mode } = await client.hello()
    refuse(address.place, { version: String(version), role: String(role), mode: String(mode) })
    // A server that is still reading its data says so to this, and not to HELLO.
    await client.ping()
    if (typeof probe === 'string') {
      await client.sendCommand(['EVAL', probe, '0'])
      await client.sendCommand(['EVALSHA', sha1Of(probe), '0'])
    } else if (probe !== undefined) {
      await client.sendCommand(probe)
    }
  } catch (error) {
    client.destroy()
    throw trouble ?? error
  } finally {
    clearTimeout(timer)
  }
  if (!client.isReady) throw trouble
  return client
}

function createClientFor({
  host,
  port,
  tls,
  serverName,
  username,
  password,
  database,
}: RedisAddress) {
  const socket = { host, port, connectTimeout: CONNECT_LIMIT, reconnectStrategy: false } as const
  return createClient({
    socket: tls ? { ...socket, ...(serverName && { servername: serverName }), tls } : socket,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    database,
    name: 'mailprofile',
    disableOfflineQueue: true,
    // Commands that the server's user would have to be allowed for nothing.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  })
}

/** Refuses a server by its answer to HELLO. */
function refuse(
  place: string,
  {
    version,
    role,
    mode,
  }: { readonly version: string; readonly role: string; readonly mode: string },
): void {
  const refuseIf = (wrong: boolean, what: string, hint: string): void => {
    if (!wrong) return
    throw new MailProfileError('store_unavailable', `The store at ${place} ${what}.`, {
      hint,
      field: 'store',
      retryAfter: 5,
    })
  }
  refuseIf(mode === 'sentinel', 'is a Sentinel', 'Name the primary that it watches.')
  refuseIf(
    mode === 'cluster',
    'is part of a Redis Cluster',
    'One primary with replicas is enough: mailprofile keeps little.',
  )
  refuseIf(
    role === 'replica' || role === 'slave',
    'is a replica that may not be written',
    'Name the primary.',
  )
  refuseIf(
    Number.parseInt(version, 10) < FLOOR,
    `is Redis ${version}`,
    'mailprofile needs Redis 7.0 or newer, or Valkey.',
  )
}
