import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { networkOf } from '../http/request/client-address.js'
import type { Exchange, RequestQueue } from './request-queue.js'
import { stopParsing } from './stop-parsing.js'
import { hasBody } from '../http/request/unread-body.js'
import { WaitingList } from './waiting-list.js'

// No browser sends a request before the answer to the one before has begun; some programs send a few.
const MAX_PIPELINED = 16
// On one connection, one after the other.
const MAX_REQUESTS = 1000
// Those of all connections together, of up to 16 KB each.
const MAX_QUEUED = 1000
// Of all answers that are not taken.
const MAX_UNREAD_BYTES = 64 * 1024 * 1024

interface Connection {
  socket: Socket
  readonly network: string
  /** What is under way: the first is being answered, the others wait until it has been. */
  readonly exchanges: Exchange[]
  /** How many requests have begun to be answered. */
  begun: number
  /** Bytes of its answer that nobody had taken when it was last looked at. */
  unread: number
  /** Whether nobody has taken anything since. */
  isStalled: boolean
}

export interface ConnectionsOptions {
  /** At most so many connections. */
  readonly max: number
  /** Of all answers that are not taken. */
  readonly unreadBytes?: number | undefined
  /** How often, in milliseconds, it is looked at whether they are. */
  readonly sweep: number
}

/**
 * Bounds what the connections of a server may cost. At the bound of their number one gives way to a new
 * one: whoever is idle, or has not sent the whole of a request, or takes nothing of an answer, in the
 * order of `WaitingList`; never whoever waits for an answer. Of requests that come together each is
 * passed on once the one before has been answered, so that a connection holds one answer at a time.
 */
export class Connections {
  readonly #max: number
  readonly #maxUnreadBytes: number
  readonly #open = new Set<Connection>()
  readonly #bySocket = new WeakMap<Socket, Connection>()
  /** By the client's address and port: the socket of TLS is another one than that of its connection. */
  readonly #handshakes = new Map<string, Connection>()
  readonly #waiting = new WaitingList<Connection>()
  #queue: RequestQueue | undefined
  #queued = 0

  constructor(server: Server, options: ConnectionsOptions) {
    const { max, unreadBytes = MAX_UNREAD_BYTES, sweep } = options
    this.#max = max
    this.#maxUnreadBytes = unreadBytes
    server.on('connection', (socket: Socket) => this.#accept(socket))
    server.on('secureConnection', (socket: Socket) => this.#secure(socket))
    const receive = (request: IncomingMessage, response: ServerResponse) =>
      this.#receive({ request, response })
    server.on('request', receive)
    // Node answers these at once where nobody listens, however many there are. For the same reason it is
    // not Node that counts the requests of a connection, or looks for their Host.
    server.on('checkContinue', receive)
    server.on('checkExpectation', receive)
    server.once('listening', () => {
      const timer = setInterval(() => this.#sweep(), sweep).unref()
      server.once('close', () => clearInterval(timer))
    })
  }

  /** Where requests go from now on. */
  serve(queue: RequestQueue): void {
    this.#queue = queue
  }

  #accept(socket: Socket): void {
    if (this.#open.size >= this.#max && !this.#makeRoom()) {
      socket.destroy()
      return
    }
    const name = nameOf(socket)
    const connection: Connection = {
      socket,
      network: networkOf(socket.remoteAddress ?? ''),
      exchanges: [],
      begun: 0,
      unread: 0,
      isStalled: false,
    }
    this.#open.add(connection)
    this.#bySocket.set(socket, connection)
    this.#handshakes.set(name, connection)
    this.#waiting.add(connection, connection.network)
    this.#queue?.hurry()
    socket.once('close', () => {
      if (this.#handshakes.get(name) === connection) this.#handshakes.delete(name)
      this.#forget(connection)
    })
  }

  #secure(socket: Socket): void {
    const connection = this.#handshakes.get(nameOf(socket))
    if (connection === undefined) return
    connection.socket = socket
    this.#bySocket.set(socket, connection)
  }

  #receive(exchange: Exchange): void {
    const { socket } = exchange.request
    const connection = this.#bySocket.get(socket)
    // One that has been closed: see `stopParsing`.
    if (connection === undefined || !this.#open.has(connection)) return
    const isFirst = connection.exchanges.push(exchange) === 1
    if (isFirst) {
      this.#begin(connection, exchange)
      return
    }
    this.#queued++
    if (connection.exchanges.length > MAX_PIPELINED || this.#queued > MAX_QUEUED) {
      this.#close(connection)
    }
  }

  #begin(connection: Connection, exchange: Exchange): void {
    const { request, response } = exchange
    if (++connection.begun >= MAX_REQUESTS) response.setHeader('Connection', 'close')
    // Whoever sends a body that does not come has to give way as well, behind those who wait already.
    if (hasBody(request)) this.#waiting.add(connection, connection.network)
    else this.#waiting.delete(connection)
    response.once('close', () => this.#end(connection))
    this.#queue?.add(exchange)
  }

  #end(connection: Connection): void {
    if (!this.#open.has(connection)) return
    connection.unread = 0
    connection.isStalled = false
    connection.exchanges.shift()
    const [next] = connection.exchanges
    if (next === undefined) {
      this.#waiting.add(connection, connection.network)
      return
    }
    this.#queued--
    // An answer with `Connection: close` was the last one.
    if (connection.socket.writable) this.#begin(connection, next)
  }

  /** Not when its end is told: until then it would be closed again and again. */
  #forget(connection: Connection): void {
    if (!this.#open.delete(connection)) return
    this.#waiting.delete(connection)
    this.#queued -= Math.max(0, connection.exchanges.length - 1)
    const [first] = connection.exchanges.splice(0)
    if (first !== undefined) this.#queue?.drop(first)
  }

  #close(connection: Connection): void {
    this.#forget(connection)
    stopParsing(connection.socket)
    connection.socket.destroy()
  }

  #makeRoom(): boolean {
    for (;;) {
      const connection = this.#waiting.first
      if (connection === undefined) return false
      if (!isBeingAnswered(connection)) {
        this.#close(connection)
        return true
      }
      // The rest of its body has come meanwhile.
      this.#waiting.delete(connection)
    }
  }

  #sweep(): void {
    let unread = 0
    for (const connection of this.#open) {
      const [exchange] = connection.exchanges
      if (exchange?.response.writableEnded !== true) continue
      const { writableLength } = connection.socket
      const wasStalled = connection.isStalled
      connection.isStalled = writableLength > 0 && writableLength === connection.unread
      connection.unread = writableLength
      unread += writableLength
      // Once: each time it would go to the end again, behind whoever has just become idle.
      if (connection.isStalled && !wasStalled) this.#waiting.add(connection, connection.network)
    }
    if (unread <= this.#maxUnreadBytes) return
    for (const connection of this.#open) {
      if (connection.unread === 0) continue
      unread -= connection.unread
      this.#close(connection)
      if (unread <= this.#maxUnreadBytes) return
    }
  }
}

function isBeingAnswered({ exchanges: [exchange], isStalled }: Connection): boolean {
  return exchange !== undefined && exchange.request.complete && !isStalled
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`
}
