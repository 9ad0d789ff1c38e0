import { connect, type Socket } from 'node:net'
import { headerOf, parseAnswer, wholeAnswer } from './wire.js'

/** What came back on a connection. */
export interface RawResponse {
  readonly status: number
  readonly bytes: Buffer
}

/**
 * One connection after another to a server on loopback, for requests that are sent as bytes and whose
 * answers have a length: a connection is kept while the server keeps it.
 */
export class KeptConnection {
  readonly #port: number
  readonly #patience: number
  #socket: Socket | undefined

  /** @param patience milliseconds after which an answer that does not come is an error */
  constructor(port: number, patience: number) {
    this.#port = port
    this.#patience = patience
  }

  /**
   * @returns undefined when the server closed the connection without an answer
   * @throws Error when nothing happens for too long
   */
  async send(request: Uint8Array): Promise<RawResponse | undefined> {
    const socket = (this.#socket ??= connect({
      host: '127.0.0.1',
      port: this.#port,
      noDelay: true,
    }))
    const chunks: Buffer[] = []
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        finish(false)
        reject(new Error(`No answer within ${this.#patience} ms.`))
      }, this.#patience)
      const onData = (chunk: Buffer) => {
        chunks.push(chunk)
        const bytes = Buffer.concat(chunks)
        const answer = wholeAnswer(bytes)
        if (answer === undefined) return
        finish(headerOf(answer, 'Connection')?.toLowerCase() !== 'close')
        resolve({ status: answer.status, bytes })
      }
      const onEnd = () => {
        finish(false)
        const bytes = Buffer.concat(chunks)
        resolve(bytes.length === 0 ? undefined : { status: parseAnswer(bytes).status, bytes })
      }
      const finish = (keep: boolean) => {
        clearTimeout(timer)
        socket.off('data', onData).off('close', onEnd)
        if (keep) return
        this.#socket = undefined
        socket.destroy()
      }
      socket.on('data', onData).on('close', onEnd)
      // What it says is said by 'close', too.
      if (socket.listenerCount('error') === 0) socket.on('error', () => undefined)
      socket.write(request)
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }
}
