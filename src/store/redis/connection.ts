import { createHash } from 'node:crypto'
import { ErrorReply, RedisClient, RESP_TYPES } from 'redis'
import { MailProfileError } from '../../errors.js'
import { storeUnavailable } from '../../invitations/failures.js'
import { within } from '../../waiting.js'
import { parseRedisAddress, type RedisAddress } from './address.js'
import { explainTrouble, isDemotion, isOutage, isRefused, NoAnswer } from './trouble.js'

// Once: the library's createClient builds a class of some hundred methods whenever its options differ
// from those of the call before, and nothing else can run meanwhile.
const createClient = RedisClient.factory()

type Client = ReturnType<typeof connect>

/** Milliseconds for TCP and TLS, and again for the greeting. */
const CONNECT_LIMIT = 3000
/** Milliseconds for a command. */
const COMMAND_LIMIT = 2000
const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2000

const FLOOR = 7

// INFO is refused less often.
const EVICTION_QUESTIONS = [
  ['INFO', 'memory'],
  ['CONFIG', 'GET', 'maxmemory-policy'],
] as const

/**
 * Connects to Redis or Valkey.
 *
 * @param url as `parseRedisAddress` reads it
 * @param probe what has to run once, so that a start finds out about missing permissions: a script
 *   without keys, or a command
 * @throws MailProfileError `store_unavailable` with a sentence for the operator, or
 *   `invalid_configuration`; neither holds a password
 */
export async function connectRedis(url: string, probe?: Probe): Promise<RedisConnection> {
  const connection = new RedisConnection(parseRedisAddress(url))
  await connection.open(probe)
  return connection
}

/**
 * A connection to Redis or Valkey. Calls at the same moment share a round trip. While the server is
 * away each call rejects at once, with `store_unavailable` for everybody and the operator's sentence
 * as its cause.
 */
export class RedisConnection {
  readonly #address: RedisAddress
  readonly #digests = new Map<string, string>()
  #client: Client | undefined
  #trouble: unknown = new NoAnswer()
  #retry: NodeJS.Timeout | undefined
  #closed = false
  readonly #evictionQuestions = new Set(EVICTION_QUESTIONS)

  constructor(address: RedisAddress) {
    this.#address = address
  }

  /** Whether a call made now would reach the server. */
  get isReady(): boolean {
    return this.#client !== undefined
  }

  /** @throws MailProfileError `store_unavailable` with a sentence for the operator */
  async open(probe?: Probe): Promise<void> {
    try {
      await this.#connect(probe)
    } catch (error) {
      throw this.#explain(error)
    }
  }

  /**
   * Runs a script, which is sent whole only when the server does not have it.
   *
   * @returns integers as numbers, strings as Buffers, nil and false as null
   * @throws MailProfileError `store_unavailable`; an error of the script itself as it is
   */
  async eval(script: string, options: ScriptInput): Promise<unknown> {
    return this.#evalOn(undefined, script, options)
  }

  /**
   * Does work that has to be on one connection to the server: when that is lost, the rest of the work
   * is refused rather than done on the next one.
   *
   * @throws MailProfileError `store_unavailable`, and as `work`
   */
  async onOne<T>(work: (session: RedisSession) => Promise<T>): Promise<T> {
    const client = this.#client
    if (client === undefined) throw storeUnavailable(this.#explain(this.#trouble))
    return work({
      eval: (script, options) => this.#evalOn(client, script, options),
      wait: async (replicas, milliseconds) =>
        Number(
          await this.#run((one) => one.sendCommand(waitCommand(replicas, milliseconds)), client),
        ),
    })
  }

  /**
   * `maxmemory-policy`, which hosts of Redis often keep to themselves: a server that will not say is not
   * asked again, because each refusal is an entry of its ACL log.
   *
   * @throws MailProfileError `store_unavailable`
   */
  async evictionPolicy(): Promise<string | undefined> {
    for (const question of [...this.#evictionQuestions]) {
      try {
        const policy = policyIn(await this.#run((client) => client.sendCommand([...question])))
        if (policy !== undefined) return policy
      } catch (error) {
        if (!isRefused(error)) throw error
      }
      this.#evictionQuestions.delete(question)
    }
    return undefined
  }

  /** A refusal for everybody, with the operator's sentence as its cause. */
  unavailable(trouble: unknown): MailProfileError {
    return storeUnavailable(this.#explain(trouble))
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    if (this.#client?.isOpen === true) await this.#client.close()
  }

  async #evalOn(client: Client | undefined, script: string, options: ScriptInput) {
    const rest = [String(options.keys.length), ...options.keys, ...options.arguments]
    const send = (command: readonly Argument[]) =>
      this.#run((one) => one.sendCommand([...command, ...rest]), client)
    try {
      return await send(['EVALSHA', this.#sha1(script)])
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error
      return await send(['EVAL', script])
    }
  }

  /** @param bound the only connection on which it may run; the one of the moment by default */
  async #run<T>(command: (client: Client) => Promise<T>, bound?: Client): Promise<T> {
    const client = this.#client
    if (client === undefined || (bound !== undefined && client !== bound))
      throw storeUnavailable(this.#explain(this.#trouble))
    try {
      return await within(COMMAND_LIMIT, command(client), () => {
        throw new NoAnswer()
      })
    } catch (error) {
      if (!isOutage(error)) throw error
      // The answers that are outstanding on a silent connection may never come.
      if (error instanceof NoAnswer || isDemotion(error)) this.#lose(client, error)
      // Those that were under way when it was lost only know that it was.
      throw storeUnavailable(this.#explain(this.#client === client ? error : this.#trouble))
    }
  }

  async #connect(probe?: Probe): Promise<void> {
    const client = connect(this.#address)
    // Some troubles are told by an event alone: an answer that is not Redis'.
    let trouble: unknown
    client.on('error', (error: unknown) => {
      trouble ??= error
      this.#lose(client, error)
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
      refuse(this.#address.place, {
        version: String(version),
        role: String(role),
        mode: String(mode),
      })
      // A server that is still reading its data says so to this, and not to HELLO.
      await client.ping()
      if (typeof probe === 'string') {
        await client.sendCommand(['EVAL', probe, '0'])
        await client.sendCommand(['EVALSHA', this.#sha1(probe), '0'])
      } else if (probe !== undefined) {
        await client.sendCommand(probe)
      }
    } catch (error) {
      client.destroy()
      throw trouble ?? error
    } finally {
      clearTimeout(timer)
    }
    if (this.#closed) client.destroy()
    else if (client.isReady) this.#client = client
    else throw trouble
  }

  /** Gives up a connection, and begins to look for the next. */
  #lose(client: Client, trouble: unknown): void {
    client.destroy()
    if (this.#client !== client) return
    this.#client = undefined
    this.#trouble = trouble
    this.#reconnect(FIRST_PAUSE)
  }

  #reconnect(pause: number): void {
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      this.#connect().catch((error: unknown) => {
        this.#trouble = error
        this.#reconnect(Math.min(2 * pause, LONGEST_PAUSE))
      })
    }, pause).unref()
  }

  #explain(error: unknown): MailProfileError {
    if (error instanceof MailProfileError) return error
    return explainTrouble(error, this.#address.place)
  }

  #sha1(script: string): string {
    const known = this.#digests.get(script)
    if (known !== undefined) return known
    const digest = createHash('sha1').update(script).digest('hex')
    this.#digests.set(script, digest)
    return digest
  }
}

/** The policy in an answer to INFO, a text, or to CONFIG GET, a map of one. */
function policyIn(answer: unknown): string | undefined {
  const text =
    typeof answer === 'string' || Buffer.isBuffer(answer)
      ? String(answer)
      : Object.entries(answer ?? {})
          .flat()
          .map(String)
          .join(':')
  return /maxmemory[_-]policy:([a-z-]+)/.exec(text)?.[1]
}

type Argument = string | Buffer
type Probe = string | readonly string[]

/** What a script gets. */
export interface ScriptInput {
  readonly keys: readonly string[]
  readonly arguments: readonly Argument[]
}

/** Steps on one connection. */
export interface RedisSession {
  /** As `RedisConnection.eval`. */
  readonly eval: (script: string, options: ScriptInput) => Promise<unknown>
  /**
   * Waits until replicas have all that this connection has written.
   *
   * @returns how many have it, whether enough or not
   */
  readonly wait: (replicas: number, milliseconds: number) => Promise<number>
}

/** WAIT: see `RedisSession.wait`. */
export function waitCommand(replicas: number, milliseconds: number): readonly string[] {
  return ['WAIT', String(replicas), String(milliseconds)]
}

/** A client that makes one connection: when it ends, another one is made. */
function connect({ host, port, tls, serverName, username, password, database }: RedisAddress) {
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
