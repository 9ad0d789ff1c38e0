import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** What came back, to the byte but for the time. */
export interface WireAnswer {
  readonly status: number
  /** Lines as they were sent, without `Date`. */
  readonly head: readonly string[]
  readonly body: Buffer
}

/** A port of loopback, or one that speaks TLS, with the name that is asked for. */
export type Place = number | { readonly port: number; readonly servername: string }

export interface WireRequest {
  readonly method?: string
  readonly host?: string
  /** Lines, each as it stands on the wire. */
  readonly headers?: readonly string[]
  readonly body?: string | Uint8Array
  /** Without a length, in one chunk. */
  readonly chunked?: boolean
}

/** One request that asks for the connection to be closed; nothing puts any of it in order. */
export function requestBytes(target: string, options: WireRequest = {}): Buffer {
  const { method = 'GET', host = 'setup.example.com', headers = [], chunked = false } = options
  const body = Buffer.from(options.body ?? '')
  const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
  const sent = chunked ? chunksOf(body) : [body]
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers, framing]
  const head = [...lines, 'Connection: close', '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), ...sent])
}

function chunksOf(body: Buffer): Buffer[] {
  const [begin, end] = [`${body.length.toString(16)}\r\n`, '\r\n']
  const chunk = body.length === 0 ? [] : [Buffer.from(begin), body, Buffer.from(end)]
  return [...chunk, Buffer.from('0\r\n\r\n')]
}

/** A connection; nobody looks at the certificate. */
export async function openConnection(place: Place): Promise<Socket> {
  const [socket, ready] =
    typeof place === 'number'
      ? [connect({ port: place, host: '127.0.0.1', noDelay: true }), 'connect']
      : [connectTls({ ...place, host: '127.0.0.1', rejectUnauthorized: false }), 'secureConnect']
  await once(socket, ready)
  return socket
}

/**
 * Sends bytes as they are, which no client would: spaces, control characters, two Hosts.
 *
 * @param options.leave hangs up as soon as everything is sent
 * @returns all that comes until the server closes the connection
 */
export async function exchange(
  place: Place,
  bytes: string | Uint8Array,
  { leave = false }: { readonly leave?: boolean } = {},
): Promise<Buffer> {
  const socket = await openConnection(place)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    // Whoever refuses bytes may do so before it has read them all.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(chunks)))
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => {
      if (leave) socket.destroy()
    })
  })
}

/** Sends bytes as they are, and reads the answer. */
export async function sendBytes(place: Place, request: string | Uint8Array): Promise<WireAnswer> {
  return parseAnswer(await exchange(place, request))
}

/** One request on a connection of its own. */
export function ask(place: Place, target: string, options: WireRequest = {}): Promise<WireAnswer> {
  return sendBytes(place, requestBytes(target, options))
}

/** The value of a line of a head, or undefined. */
export function headerOf({ head }: Pick<WireAnswer, 'head'>, name: string): string | undefined {
  const start = `${name.toLowerCase()}:`
  return head
    .find((line) => line.toLowerCase().startsWith(start))
    ?.slice(start.length)
    .trim()
}

/** The first answer of what came so far, once it is whole, by its length. */
export function wholeAnswer(bytes: Buffer): WireAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const answer = parseAnswer(bytes)
  const length = Number(headerOf(answer, 'Content-Length') ?? 0)
  return answer.body.length < length
    ? undefined
    : { ...answer, body: answer.body.subarray(0, length) }
}

export function parseAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...head] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')
  return {
    status: Number(first.split(' ')[1]),
    head: head.filter((line) => !line.startsWith('Date:')),
    body: bytes.subarray(end + 4),
  }
}
