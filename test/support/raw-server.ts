import { once } from 'node:events'
import { request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { afterAll, beforeAll } from 'vitest'

/** A request exactly as some program sends it: nothing puts the target in order. */
export interface RawRequest {
  readonly method?: string
  readonly target: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** An app that listens on loopback while the tests of a file run. */
export function rawServer(app: Express): (request: RawRequest) => Promise<RawAnswer> {
  let server: Server | undefined
  beforeAll(async () => {
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server?.closeAllConnections()
    server?.close()
  })
  return ({ method = 'GET', target, host = 'localhost', headers = {}, body }) => {
    const { port } = server?.address() as AddressInfo
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port,
          method,
          path: target,
          setHost: false,
          headers: { Host: host, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const { statusCode: status = 0, headers: received } = response
            resolve({ status, headers: received, text: Buffer.concat(chunks).toString('utf8') })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
