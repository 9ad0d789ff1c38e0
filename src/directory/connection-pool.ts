import { Socket } from 'node:net'
import { orAborted } from '../waiting.js'
import { DirectoryTrouble } from './trouble.js'
import type { Turns } from '../turns.js'
import { questionTurns } from './question-turns.js'

/** A connection to a server that lists people. */
export interface ServerConnection {
  /** Whether it can be used, as far as this end knows. */
  isOpen(): boolean
  /** Takes leave of the server. */
  end(): Promise<void>
}

export interface ConnectionPoolOptions<C extends ServerConnection> {
  /** At the same time. */
  readonly most: number
  /**
   * @param socket not connected yet; all that the server says has to come by it
   * @param signal ends the work; the socket is destroyed then
   */
  readonly open: (socket: Socket, signal: AbortSignal) => Promise<C>
}

interface Kept<C> {
  readonly socket: Socket
  readonly connection: C
}

/** What one step may bring at most, in bytes: far more than an entry, and far less than would hurt. */
const MAX_ANSWER = 1024 * 1024
/** The same of a piece of a list, with what a server says before it is asked for more: as a file may have. */
const MAX_PIECE = 64 * 1024 * 1024
const LOOK = 20

/** Connections that are used again; each has one question at a time. */
export class ConnectionPool<C extends ServerConnection> {
  readonly #idle: Kept<C>[] = []
  readonly #open: ConnectionPoolOptions<C>['open']
  readonly #turns: Turns
  #isClosed = false

  constructor({ most, open }: ConnectionPoolOptions<C>) {
    this.#open = open
    this.#turns = questionTurns(most)
  }

  /**
   * Does some work with a connection: once more with a new one, where the one that lay there had gone bad.
   *
   * @throws what the work does; the reason of the signal
   */
  use<T>(work: (connection: C) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#turns.take(async () => {
      const kept = this.#takeIdle()
      if (kept !== undefined) {
        try {
          return await this.#useOne(kept, work, signal)
        } catch {
          signal.throwIfAborted()
        }
      }
      return this.#useOne(await this.#openOne(signal), work, signal)
    }, signal)
  }

  /**
   * Brings what comes in pieces, over a connection of its own, which ends with it.
   *
   * @throws as `use`
   */
  async *list<T>(
    pieces: (connection: C) => AsyncIterable<T>,
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    const { socket, connection } = await this.#openOne(signal)
    try {
      const iterator = pieces(connection)[Symbol.asyncIterator]()
      for (;;) {
        const piece = await bounded(socket, () => iterator.next(), signal, MAX_PIECE)
        if (piece.done === true) break
        yield piece.value
      }
      await bounded(socket, () => connection.end().catch(() => undefined), signal)
    } finally {
      socket.destroy()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(
      this.#idle.splice(0).map(({ connection, socket }) =>
        connection
          .end()
          .catch(() => undefined)
          .finally(() => socket.destroy()),
      ),
    )
  }

  #takeIdle(): Kept<C> | undefined {
    for (;;) {
      const kept = this.#idle.pop()
      if (kept === undefined || kept.connection.isOpen()) return kept
      kept.socket.destroy()
    }
  }

  async #openOne(signal: AbortSignal): Promise<Kept<C>> {
    const socket = new Socket()
    // Whoever waits is told by the work itself.
    socket.on('error', () => undefined)
    const open = (bounded: AbortSignal) => this.#open(socket, bounded)
    return { socket, connection: await bounded(socket, open, signal) }
  }

  async #useOne<T>(
    kept: Kept<C>,
    work: (connection: C) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { socket, connection } = kept
    const result = await bounded(socket, () => work(connection), signal)
    if (this.#isClosed || !connection.isOpen()) socket.destroy()
    else this.#idle.push(kept)
    return result
  }
}

/** Does a step of a connection, which ends with it: what is still said must not answer another question. */
async function bounded<T>(
  socket: Socket,
  step: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  most = MAX_ANSWER,
): Promise<T> {
  const tooMuch = new AbortController()
  const before = socket.bytesRead
  const look = () => {
    if (socket.bytesRead - before > most) {
      tooMuch.abort(new DirectoryTrouble('Its answer is too long.'))
    }
  }
  const timer = setInterval(look, LOOK)
  const either = AbortSignal.any([signal, tooMuch.signal])
  try {
    const result = await orAborted(step(either), either)
    // All of it may have come in one turn.
    look()
    either.throwIfAborted()
    return result
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearInterval(timer)
  }
}
