import { connect, type Socket } from 'node:net'

const AGAIN_MILLISECONDS = 20

/** Clients that say something and then wait, each again on a new connection when its own is closed. */
export interface SlowClients {
  /** How many connections they have had closed so far. */
  readonly closed: () => number
  stop(): void
}

export interface SlowClientsOptions {
  readonly count: number
  /** What each says. */
  readonly says: string
  /** Where they come from: an address of loopback. */
  readonly from?: string
}

/** Opens the connections, and resolves once every client has said what it says. */
export async function openSlowClients(
  port: number,
  { count, says, from = '127.0.0.1' }: SlowClientsOptions,
): Promise<SlowClients> {
  const sockets = new Set<Socket>()
  let closed = 0
  let isStopped = false
  const open = (said: () => void = () => undefined) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from }, () =>
      socket.write(says, 'latin1', () => said()),
    )
    sockets.add(socket)
    // What is answered is taken and counts for nothing.
    socket.resume()
    socket.on('error', () => undefined)
    socket.once('close', () => {
      sockets.delete(socket)
      closed++
      said()
      if (!isStopped) setTimeout(open, AGAIN_MILLISECONDS)
    })
  }
  await Promise.all(Array.from({ length: count }, () => new Promise<void>((said) => open(said))))
  return {
    closed: () => closed,
    stop() {
      isStopped = true
      for (const socket of sockets) socket.destroy()
    },
  }
}
