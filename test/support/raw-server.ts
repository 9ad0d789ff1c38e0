import { request as httpRequest } from 'node:http'
import type { Express } from 'express'
import { listeningPort } from './listening-port.js'

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
  const port = listeningPort(app)
  return ({ method = 'GET', target, host = 'localhost', headers = {}, body }) => {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port: port(),
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
