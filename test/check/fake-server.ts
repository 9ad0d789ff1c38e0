import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'

/** What servers in order say first. */
export const GREETING = { imap: '* OK hi\r\n', pop3: '+OK hi\r\n', smtp: '220 hi\r\n' } as const

export type Talk = (socket: Socket) => void

export interface FakeServer {
  readonly port: number
  /** Everything that clients sent, TLS taken off. */
  readonly received: () => string
}

/** A server of 127.0.0.1 that does whatever a test wants, until the test ends. */
export async function fakeServer(talk: Talk, tls?: TlsOptions): Promise<FakeServer> {
  const sockets = new Set<Socket>()
  const received: string[] = []
  const onSocket = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => received.push(chunk.toString('latin1')))
    talk(socket)
  }
  const server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket)
  server.on('tlsClientError', () => undefined)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, received: () => received.join('') }
}

/** A line of a dialogue: what the client's has to fit, and the answer; `null` hangs up. */
export type Line = readonly [expected: RegExp, answer: string | null | ((sent: string) => string)]

/** Greets, then answers each line of the client with the first answer that fits. */
export function answering(greeting: string, lines: readonly Line[]): Talk {
  return (socket) => {
    let unread = ''
    socket.write(greeting)
    socket.on('data', (chunk: Buffer) => {
      unread += chunk.toString('utf8')
      for (let end = unread.indexOf('\r\n'); end !== -1; end = unread.indexOf('\r\n')) {
        const sent = unread.slice(0, end)
        unread = unread.slice(end + 2)
        const [, answer = null] = lines.find(([expected]) => expected.test(sent)) ?? []
        if (answer === null) socket.destroy()
        else if (typeof answer === 'string') socket.write(answer)
        else socket.write(answer(sent))
      }
    })
  }
}

/** IMAP's answer: the client's tag, then `OK done`; lines before it go first. */
export function tagged(before = '', status = 'OK done'): (sent: string) => string {
  return (sent) => `${before}${sent.split(' ', 1)[0] ?? ''} ${status}\r\n`
}
