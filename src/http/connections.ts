import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'

const DEFAULT_MAX = 20_000
// For the store, for files that are served, and for connections to other servers.
const RESERVED_FILES = 512

interface Connection {
  socket: Socket
  /** Requests under way. */
  requests: number
}

/**
 * Bounds a server's connections: at the bound, the one that has been idle the longest is closed for a new
 * one. Idle is who has no request under way, however much of the next one's header has come.
 *
 * @param max at most so many
 */
export function boundConnections(server: Server, max: number): void {
  // By the client's address and port: the socket of TLS is another one than that of its connection.
  const open = new Map<string, Connection>()
  // The longest idle first.
  const idle = new Set<Connection>()

  function forget(name: string, connection: Connection): void {
    if (open.get(name) === connection) open.delete(name)
    idle.delete(connection)
  }

  // Not when its end is told: until then it would be closed again and again.
  function closeOldest(): boolean {
    const [oldest] = idle
    if (oldest === undefined) return false
    forget(nameOf(oldest.socket), oldest)
    oldest.socket.destroy()
    return true
  }

  server.on('connection', (socket: Socket) => {
    if (open.size >= max && !closeOldest()) {
      socket.destroy()
      return
    }
    const name = nameOf(socket)
    const connection = { socket, requests: 0 }
    open.set(name, connection)
    idle.add(connection)
    socket.once('close', () => forget(name, connection))
  })
  server.on('secureConnection', (socket: Socket) => {
    const connection = open.get(nameOf(socket))
    if (connection !== undefined) connection.socket = socket
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const name = nameOf(socket)
    const connection = open.get(name)
    if (connection === undefined) return
    connection.requests++
    idle.delete(connection)
    response.once('close', () => {
      connection.requests--
      if (connection.requests === 0 && open.get(name) === connection) idle.add(connection)
    })
  })
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`
}

/**
 * How many connections this process can have: 20,000, or fewer where it may not open so many files.
 *
 * @param limits where Linux tells the limits of a process
 */
export function maxConnections(limits = '/proc/self/limits'): number {
  const files = openFileLimit(limits)
  const reserved = Math.min(RESERVED_FILES, Math.floor(files / 4))
  return Math.min(DEFAULT_MAX, files - reserved)
}

function openFileLimit(path: string): number {
  try {
    const [, soft = ''] = /^Max open files +(\d+)/m.exec(readFileSync(path, 'utf8')) ?? []
    return soft === '' ? Infinity : Number(soft)
  } catch {
    // Other systems: Node raises the limit there as far as it may.
    return Infinity
  }
}
