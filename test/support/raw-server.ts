import type { Express } from 'express'
import { listeningPort } from './listening-port.js'
import { ask } from './wire.js'

/** A request exactly as some program sends it: nothing puts the target in order. */
export interface RawRequest {
  readonly method?: string
  readonly target: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Sends the body without its length. */
  readonly chunked?: boolean
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** An app that listens on loopback while the tests of a file run. */
export function rawServer(app: Express): (request: RawRequest) => Promise<RawAnswer> {
  const port = listeningPort(app)
  return async ({ target, host = 'localhost', headers = {}, ...rest }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const { status, head, body } = await ask(port(), target, { ...rest, host, headers: lines })
    return { status, headers: headersOf(head), text: body.toString('utf8') }
  }
}

// A field that is sent on several lines is the list of their values: RFC 9110, section 5.3.
function headersOf(head: readonly string[]): RawAnswer['headers'] {
  const headers = new Map<string, string>()
  for (const line of head) {
    const colon = line.indexOf(':')
    const [name, value] = [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(headers)
}
