import { request as send, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { ProbeFailure, placeOfUrl } from './problem.js'
import { printable } from '../server-text.js'

/** A question as it goes over the wire. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PROPFIND'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

export interface HttpAnswer {
  readonly url: URL
  readonly status: number
  /** The values of a header, by its name in lower case, each time that it was sent. */
  readonly header: (name: string) => readonly string[]
  /** Decoded, where that was possible. */
  readonly body: Buffer
  /** What is wrong with the way in which it was compressed. */
  readonly encoding?: 'broken' | 'unasked'
}

/** The longest answer that is read, and the longest that it may become when it is decompressed. */
const MAX_BYTES = 512 * 1024
const MAX_HEADER_BYTES = 32 * 1024

const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

/**
 * One question on a connection of its own.
 *
 * @throws ProbeFailure
 */
export async function exchange(
  question: Question,
  socket: Socket,
  { timeout, stop }: { readonly timeout: number; readonly stop: AbortSignal },
): Promise<HttpAnswer> {
  const place = placeOfUrl(question.url)
  const clock = { isOver: false }
  const timer = setTimeout(() => {
    clock.isOver = true
    socket.destroy()
  }, timeout)
  const hangUp = () => socket.destroy()
  stop.addEventListener('abort', hangUp, { once: true })
  try {
    const response = await answerTo(question, socket)
    const raw = await readBody(response, place)
    return await toAnswer(question, response, raw)
  } catch (error) {
    if (error instanceof ProbeFailure) throw error
    const seconds = `nothing within ${timeout / 1000} s`
    if (clock.isOver) throw new ProbeFailure({ code: 'no_answer', place, detail: seconds })
    if (stop.aborted) {
      throw new ProbeFailure({ code: 'too_many_requests', place, detail: 'stopped' })
    }
    // llhttp's codes begin so: what came was no HTTP.
    const { code = '' } = error as NodeJS.ErrnoException
    throw new ProbeFailure({
      code: code.startsWith('HPE_') ? 'not_http' : 'connection_closed',
      place,
      detail: printable(code),
    })
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', hangUp)
    socket.destroy()
  }
}

function answerTo({ method, url, headers, body }: Question, socket: Socket) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    socket.on('error', reject)
    send({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      maxHeaderSize: MAX_HEADER_BYTES,
      headers: {
        Host: url.host,
        ...headers,
        ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
        Connection: 'close',
      },
    })
      .once('response', resolve)
      // Node hands the socket over for a 101 and says nothing more.
      .once('upgrade', (_response, upgraded) => {
        upgraded.destroy()
        reject(new Error('Another protocol.'))
      })
      .on('error', reject)
      .once('close', () => reject(new Error('The connection was closed.')))
      .end(body)
  })
}

async function readBody(response: IncomingMessage, place: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_BYTES) {
      const detail = `more than ${MAX_BYTES / 1024} KB`
      throw new ProbeFailure({ code: 'other_server', place, detail })
    }
  }
  return Buffer.concat(chunks)
}

async function toAnswer(
  { url, headers }: Question,
  response: IncomingMessage,
  raw: Buffer,
): Promise<HttpAnswer> {
  const { rawHeaders } = response
  const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, i) => [
    (rawHeaders[2 * i] ?? '').toLowerCase(),
    rawHeaders[2 * i + 1] ?? '',
  ])
  const header = (name: string) =>
    pairs.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []))
  const answer = { url, status: response.statusCode ?? 0, header }
  const coding = (header('content-encoding')[0] ?? 'identity').trim().toLowerCase()
  if (coding === 'identity' || raw.length === 0) return { ...answer, body: raw }
  const decode = DECODERS.get(coding)
  const accepted = (headers['Accept-Encoding'] ?? '').split(/\s*,\s*/)
  try {
    const body = await decode?.(raw, { maxOutputLength: MAX_BYTES })
    if (body === undefined) return { ...answer, body: raw, encoding: 'broken' }
    return { ...answer, body, ...(accepted.includes(coding) ? {} : { encoding: 'unasked' }) }
  } catch {
    return { ...answer, body: raw, encoding: 'broken' }
  }
}
