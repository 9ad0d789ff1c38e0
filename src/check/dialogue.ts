import type { Socket } from 'node:net'
import { Failure } from './failure.js'

/** Bytes of one line; RFC 9051 and RFC 5321 servers stay far below. */
const MAX_LINE = 16_384
/** Bytes of all that a server says in one connection. */
const MAX_TOTAL = 262_144

/** Lines to and from a server, bounded in length, in sum and, by a signal, in time. */
export class Dialogue {
  readonly #socket: Socket
  #limit: AbortSignal | undefined
  #unread = Buffer.alloc(0)
  #firstLine: string | undefined
  #lastLine: string | undefined
  #total = 0
  #end: Failure | undefined
  #wake: () => void = () => undefined

  /** @param limit see `within` */
  constructor(socket: Socket, limit?: AbortSignal) {
    this.#socket = socket
    this.#limit = limit
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onEnd)
    socket.on('error', this.#onEnd)
    socket.resume()
  }

  /** From now on, waiting ends when the signal aborts; its reason has to be a Failure. */
  within(limit: AbortSignal): this {
    this.#limit = limit
    return this
  }

  /** Bytes have come that nobody has read yet. */
  get hasUnread(): boolean {
    return this.#unread.length > 0
  }

  /** The first line that was read: it tells what the other side is. */
  get firstLine(): string | undefined {
    return this.#firstLine
  }

  /** The last line that was read. */
  get lastLine(): string | undefined {
    return this.#lastLine
  }

  /**
   * The next line, without its end.
   *
   * @throws Failure `closed`, `too_much_data`, or the signal's
   */
  async readLine(): Promise<string> {
    for (;;) {
      const end = this.#unread.indexOf(0x0a)
      if (end > MAX_LINE || (end === -1 && this.#unread.length > MAX_LINE)) {
        throw new Failure('too_much_data', 'a line without an end')
      }
      if (end !== -1) {
        const line = this.#unread.subarray(0, end).toString('utf8').replace(/\r$/, '')
        this.#unread = this.#unread.subarray(end + 1)
        this.#firstLine ??= line
        this.#lastLine = line
        return line
      }
      if (this.#end) throw this.#end
      await this.#more()
    }
  }

  writeLine(line: string): void {
    this.#socket.write(`${line}\r\n`)
  }

  /** Gives the socket back, for TLS to go on with. */
  release(): Socket {
    const socket = this.#socket
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd)
    socket.off('error', this.#onEnd)
    socket.pause()
    return socket
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#total += chunk.length
    if (this.#total > MAX_TOTAL) {
      this.#end = new Failure('too_much_data', `more than ${MAX_TOTAL} bytes`)
      this.#socket.destroy()
    } else {
      this.#unread = Buffer.concat([this.#unread, chunk])
    }
    this.#wake()
  }

  readonly #onEnd = (): void => {
    this.#end ??= new Failure('closed')
    this.#wake()
  }

  #more(): Promise<void> {
    const limit = this.#limit
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(limit?.reason as Error)
      this.#wake = () => {
        limit?.removeEventListener('abort', onAbort)
        this.#wake = () => undefined
        resolve()
      }
      if (limit?.aborted) onAbort()
      else limit?.addEventListener('abort', onAbort, { once: true })
    })
  }
}

/** Ends a connection without waiting for a server that does not read. */
export function hangUp(socket: Socket): void {
  socket.setTimeout(1000, () => socket.destroy())
  socket.destroySoon()
}
