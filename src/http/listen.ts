import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { MailProfileError } from '../errors.js'

const STOP_TIMEOUT = 10_000

export interface ListenOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
}

/** A server that listens. */
export interface Listener {
  readonly port: number
  /** Lets requests under way finish, for at most 10 seconds. */
  stop(): Promise<void>
}

/**
 * Listens, then serves what `makeApp` makes once the port is known.
 *
 * @throws MailProfileError `port_in_use`, or `invalid_configuration` for a host that is not here
 */
export async function listen(
  makeApp: (port: number) => Express,
  { host, port }: ListenOptions,
): Promise<Listener> {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    // Against clients that send a byte now and then.
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 10_000,
    connectionsCheckingInterval: 5_000,
  })
  server.maxRequestsPerSocket = 1000
  await bind(server, host, port)
  const bound = (server.address() as AddressInfo).port
  server.on('request', makeApp(bound))
  return { port: bound, stop: () => stop(server) }
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new MailProfileError('port_in_use', `Port ${port} is in use by another program.`, {
      hint: 'Stop that program, or choose another port with --port.',
      cause: error,
    })
  }
  if (error.code === 'EACCES') {
    return new MailProfileError('port_in_use', `Port ${port} may not be used by this user.`, {
      hint: 'Choose a port above 1023 with --port, and put a proxy in front.',
      cause: error,
    })
  }
  return new MailProfileError('invalid_configuration', `The server cannot listen on ${host}.`, {
    hint: 'Give an address of this machine with --host.',
    cause: error,
  })
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT)
  await closed
  clearTimeout(timer)
}
