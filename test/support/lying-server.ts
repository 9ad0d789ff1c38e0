import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A server that does with each connection what a test wants of it. */
export interface LyingServer {
  readonly port: number
  /** How many connections there have been. */
  readonly connections: () => number
  stop(): Promise<void>
}

/** @param behave told of a connection, and of what comes on it first */
export async function startLyingServer(
  behave: (socket: Socket, first: Promise<Buffer>) => unknown,
): Promise<LyingServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    const first = once(socket, 'data').then(([chunk]) => chunk as Buffer)
    first.catch(() => undefined)
    behave(socket, first)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Sends the same again and again, as fast as it is taken. */
export function pour(socket: Socket, chunk: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}
