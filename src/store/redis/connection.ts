import { ErrorReply } from '@redis/client'
import { MailProfileError } from '../../errors.js'
import { storeUnavailable } from '../../invitations/failures.js'
import { within } from '../../waiting.js'
import { parseRedisAddress, type RedisAddress } from './address.js'
import { openClient, type Client, type Probe } from './client.js'
import { sha1Of, waitCommand, type Argument, type ScriptInput } from './commands.js'
import { evictionPolicy } from './eviction-policy.js'
import { BACKUP_PERMISSION } from './scripts.js'
import { explainTrouble, isDemotion, isNotPermitted, isOutage, NoAnswer } from './trouble.js'

/** Milliseconds for a command. */
const COMMAND_LIMIT = 2000
const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2000

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
  #client: Client | undefined
  #trouble: unknown = new NoAnswer()
  #retry: NodeJS.Timeout | undefined
  #closed = false

  /**
   * By which policy the server removes what it should keep when its memory is full, if it says.
   *
   * @throws MailProfileError `store_unavailable`
   */
  readonly evictionPolicy = evictionPolicy((command) =>
    this.#run((client) => client.sendCommand(command)),
  )

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
    if (client === undefined) throw this.unavailable(this.#trouble)
    return work({
      eval: (script, options) => this.#evalOn(client, script, options),
      wait: async (replicas, milliseconds) =>
        Number(
          await this.#run((one) => one.sendCommand(waitCommand(replicas, milliseconds)), client),
        ),
    })
  }

  /**
   * The names of some keys.
   *
   * @param count how many keys of the server to look at
   * @throws MailProfileError `store_unavailable`
   */
  async scan(cursor: string, pattern: string, count: string): Promise<unknown> {
    try {
      return await this.#run((client) =>
        client.sendCommand(['SCAN', cursor, 'MATCH', pattern, 'COUNT', count]),
      )
    } catch (error) {
      if (!isNotPermitted(error)) throw error
      throw new MailProfileError(
        'store_unavailable',
        `The store at ${this.#address.place} does not allow this user to look through its keys.`,
        { hint: `ACL SETUSER grants it with: ${BACKUP_PERMISSION}`, field: 'store', cause: error },
      )
    }
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
      return await send(['EVALSHA', sha1Of(script)])
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error
      return await send(['EVAL', script])
    }
  }

  /** @param bound the only connection on which it may run; the one of the moment by default */
  async #run<T>(command: (client: Client) => Promise<T>, bound?: Client): Promise<T> {
    const client = this.#client
    if (client === undefined || (bound !== undefined && client !== bound))
      throw this.unavailable(this.#trouble)
    try {
      return await within(COMMAND_LIMIT, command(client), () => {
        throw new NoAnswer()
      })
    } catch (error) {
      if (!isOutage(error)) throw error
      // The answers that are outstanding on a silent connection may never come.
      if (error instanceof NoAnswer || isDemotion(error)) this.#lose(client, error)
      // Those that were under way when it was lost only know that it was.
      throw this.unavailable(this.#client === client ? error : this.#trouble)
    }
  }

  async #connect(probe?: Probe): Promise<void> {
    const client = await openClient(this.#address, {
      probe,
      onTrouble: (lost, trouble) => this.#lose(lost, trouble),
    })
    if (this.#closed) client.destroy()
    else this.#client = client
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
}
