import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A port of 127.0.0.1 that leads to another one, for a network that fails. */
export interface TcpSwitch {
  readonly port: number
  /** Ends the connections that there are, and leads those that come elsewhere. */
  lead(port: number): void
  /** From now on nothing comes from the other end, and nobody is told. */
  mute(): void
  stop(): Promise<void>
}

export async function startTcpSwitch(target: number): Promise<TcpSwitch> {
  let port = target
  let isMute = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const there = connect({ port, host: '127.0.0.1' })
    client.pipe(there)
    there.on('data', (chunk) => {
      if (!isMute) client.write(chunk)
    })
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
    lead(next) {
      port = next
      for (const socket of sockets) socket.destroy()
    },
    mute: () => (isMute = true),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
