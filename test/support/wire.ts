import { once } from 'node:events'
import { connect } from 'node:net'

/** What came back, to the byte but for the time. */
export interface WireAnswer {
  readonly status: number
  /** Lines as they were sent, without `Date`. */
  readonly head: readonly string[]
  readonly body: Buffer
}

/** Sends bytes as they are, which no client would: spaces, control characters, two Hosts. */
export async function sendBytes(port: number, request: string): Promise<WireAnswer> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = once(socket, 'close')
  socket.write(request, 'latin1')
  await ended
  return parseAnswer(Buffer.concat(chunks))
}

/**
 * One request on a connection of its own.
 *
 * @param headers lines, each as it stands on the wire
 */
export function ask(
  port: number,
  target: string,
  options: {
    readonly method?: string
    readonly host?: string
    readonly headers?: readonly string[]
  } = {},
): Promise<WireAnswer> {
  const { method = 'GET', host = 'setup.example.com', headers = [] } = options
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers]
  return sendBytes(port, [...lines, 'Content-Length: 0', 'Connection: close', '', ''].join('\r\n'))
}

function parseAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...head] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')
  return {
    status: Number(first.split(' ')[1]),
    head: head.filter((line) => !line.startsWith('Date:')),
    body: bytes.subarray(end + 4),
  }
}
