import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A listener that passes connections on. */
export interface Forwarder {
  readonly port: number
  stop(): Promise<void>
}

/**
 * A port of 127.0.0.1 that leads to another one, which sees the connections come from 127.0.0.2.
 *
 * Dovecot takes a client that has its own address for a secure one, and would let it log in without
 * TLS.
 */
export async function startForwarder(target: number): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const there = connect({ port: target, host: '127.0.0.1', localAddress: '127.0.0.2' })
    client.pipe(there).pipe(client)
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
