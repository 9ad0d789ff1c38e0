import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { afterAll, beforeAll } from 'vitest'

/** A port on which an app listens while the tests of a file run. */
export function listeningPort(app: Express): () => number {
  let server: Server | undefined
  beforeAll(async () => {
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server?.closeAllConnections()
    server?.close()
  })
  return () => (server?.address() as AddressInfo).port
}
