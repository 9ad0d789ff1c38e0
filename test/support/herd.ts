import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { wholeAnswer } from './wire.js'

/** An answer, as far as the herd looks at it. */
export interface HerdAnswer {
  readonly status: number
  /** Latin-1: every byte a character. */
  readonly body: string
}

/** Clients with a connection each, which all ask at the same moment. */
export interface Herd {
  /**
   * Every client sends the request; a second one comes before anybody has read the first answer. Who
   * is told that the server has too much to do asks again, as it is told to.
   *
   * @param request of a client, by its number
   */
  askAll(request: (client: number) => string): Promise<HerdAnswer[]>
  close(): void
}

// The few seconds that it asks for would be longer than a round.
const AGAIN_MILLISECONDS = 100

/**
 * Opens one connection to loopback for each client and keeps it.
 *
 * @param ports the clients are spread over them in turn
 */
export async function openHerd(ports: readonly number[], clients: number): Promise<Herd> {
  const sockets = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const socket = connect({ host: '127.0.0.1', port: ports[client % ports.length] ?? 0 })
      socket.setNoDelay(true)
      await once(socket, 'connect')
      return socket
    }),
  )
  return {
    askAll: (request) =>
      Promise.all(sockets.map((socket, client) => askUntilHeard(socket, request(client)))),
    close: () => sockets.forEach((socket) => socket.destroy()),
  }
}

/** A request without a body over a connection that stays open. */
export function getRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: setup.example.com\r\n\r\n`
}

async function askUntilHeard(socket: Socket, request: string): Promise<HerdAnswer> {
  for (;;) {
    const answer = readAnswer(socket)
    socket.write(request)
    const { status, body } = await answer
    if (status !== 503 || !body.startsWith('overloaded: ')) return { status, body }
    await sleep(AGAIN_MILLISECONDS)
  }
}

function readAnswer(socket: Socket): Promise<HerdAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const finish = (settle: () => void) => {
      socket.off('data', onData).off('close', onClose).off('error', onClose)
      settle()
    }
    const onClose = () => finish(() => reject(new Error('The connection ended before its answer.')))
    const onData = (chunk: Buffer) => {
      chunks.push(chunk)
      const answer = wholeAnswer(Buffer.concat(chunks))
      if (answer === undefined) return
      const { status, body } = answer
      finish(() => resolve({ status, body: body.toString('latin1') }))
    }
    socket.on('data', onData).on('close', onClose).on('error', onClose)
  })
}
