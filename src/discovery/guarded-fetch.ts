import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { connect as startTls, type TLSSocket } from 'node:tls'
import { isDomainName } from '../account/host-name.js'
import { bareHost, parseUrl } from '../account/web-url.js'
import { version } from '../version.js'
import { orAborted } from '../waiting.js'
import { AttemptError } from './attempt.js'
import { deadline } from './deadline.js'
import type { Network } from './network.js'
import { isPublicAddress } from '../account/public-address.js'

/** The longest document that is read, in bytes. */
const MAX_DOCUMENT_BYTES = 64 * 1024
const MAX_HEADER_BYTES = 16 * 1024
const MAX_REDIRECTS = 3
const REQUEST_TIMEOUT = 5000
// Some hosts have addresses that do not answer; the next one gets its chance within the request.
const CONNECT_TIMEOUT = 1500
const MAX_ADDRESSES = 4

const REDIRECTS = new Set([301, 302, 303, 307, 308])

export interface GuardedFetchOptions {
  readonly network: Network
  /** Aborted when the answer is not wanted any more, or all time is used up. */
  readonly signal: AbortSignal
  /** Whether http without encryption is allowed, on any hop. */
  readonly http?: boolean
}

/**
 * One GET from a server that nobody vouches for: it goes to public addresses on the standard port
 * only, on every hop, and to the very address that was judged; it sends no cookie, no credential and
 * nothing about a person; it takes 64 KB, 5 seconds a hop and 3 redirects.
 *
 * @throws AttemptError
 */
export function guardedFetch(address: string, options: GuardedFetchOptions): Promise<Buffer> {
  return ask(address, options, GET, async (response) => {
    const status = response.statusCode ?? 0
    if (status !== 200) {
      throw new AttemptError('not_found', `It answers with status ${status}.`, { status })
    }
    return readBody(response)
  })
}

/** What a server of calendars or contacts says to whoever has not signed in. */
export interface ProbeAnswer {
  /** Where the answer came from, after all redirects. */
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/**
 * One PROPFIND of the address itself, with the same care, as programs ask for calendars and contacts
 * (RFC 6764 section 6): it changes nothing, and nothing is read of the answer but its head.
 *
 * @throws AttemptError
 */
export function guardedProbe(address: string, options: GuardedFetchOptions): Promise<ProbeAnswer> {
  return ask(address, options, PROPFIND, ({ statusCode = 0, headers }, url) =>
    Promise.resolve({ url, status: statusCode, headers }),
  )
}

interface Question {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

const GET: Question = { method: 'GET', headers: {} }
// An empty body asks for all properties (RFC 4918 section 9.1).
const PROPFIND: Question = { method: 'PROPFIND', headers: { Depth: '0', 'Content-Length': '0' } }

async function ask<T extends object>(
  address: string,
  { network, signal, http = false }: GuardedFetchOptions,
  question: Question,
  take: (response: IncomingMessage, url: URL) => Promise<T>,
): Promise<T> {
  let url = judge(address, http)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await askOnce(url, { network, signal }, question, take)
    if (!('location' in answer)) return answer.taken
    url = judge(answer.location, http, url.href)
  }
  throw new AttemptError('too_many_redirects', `It redirects more than ${MAX_REDIRECTS} times.`)
}

// The URL parser turns every way of writing an IPv4 address (0x7f000001, 2130706433) into one.
function judge(address: string, http: boolean, base?: string): URL {
  const url = parseUrl(address, base)
  if (url === undefined) throw new AttemptError('blocked', 'It leads to no address.')
  if (url.protocol !== 'https:' && !(http && url.protocol === 'http:')) {
    throw new AttemptError('blocked', 'It leads to an address without encryption.')
  }
  if (url.port !== '' || url.username !== '' || url.password !== '') {
    throw new AttemptError('blocked', 'It leads to another port, or holds a user name.')
  }
  const host = bareHost(url)
  if (isIP(host) !== 0 || !isDomainName(host.replace(/\.$/, '')) || !host.includes('.')) {
    throw new AttemptError('blocked', 'It leads to a bare IP address or a local name.')
  }
  return url
}

async function askOnce<T>(
  url: URL,
  { network, signal }: Pick<GuardedFetchOptions, 'network' | 'signal'>,
  question: Question,
  take: (response: IncomingMessage, url: URL) => Promise<T>,
): Promise<{ readonly taken: T } | { readonly location: string }> {
  const limit = deadline(REQUEST_TIMEOUT, signal)
  let socket: Socket | undefined
  const hangUp = () => socket?.destroy()
  limit.signal.addEventListener('abort', hangUp)
  try {
    socket = await connectTo(url, network, limit.signal, (opened) => (socket = opened))
    const response = await send(url, socket, question)
    const status = response.statusCode ?? 0
    if (REDIRECTS.has(status)) {
      const { location } = response.headers
      if (location === undefined) throw new AttemptError('invalid', 'It redirects to nowhere.')
      return { location }
    }
    return { taken: await take(response, url) }
  } catch (error) {
    limit.signal.throwIfAborted()
    if (error instanceof AttemptError) throw error
    throw new AttemptError('unreachable', 'The connection failed.', { cause: error })
  } finally {
    limit.signal.removeEventListener('abort', hangUp)
    limit.end()
    socket?.destroy()
  }
}

// The name is resolved once for each connection, and the connection goes to what was judged: a second
// answer of the DNS that leads inside is never asked for.
async function connectTo(
  url: URL,
  network: Network,
  signal: AbortSignal,
  onOpen: (socket: Socket) => void,
): Promise<Socket> {
  const addresses = await orAborted(network.addresses(url.hostname), signal)
  if (addresses.length === 0) throw new AttemptError('not_found', 'There is no such name.')
  if (!addresses.every(isPublicAddress)) {
    throw new AttemptError('blocked', 'The name leads to an address that is not public.')
  }
  const tls = url.protocol === 'https:'
  let last: unknown
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    const socket = network.dial(address, tls ? 443 : 80)
    onOpen(socket)
    try {
      await connected(socket)
      if (!tls) return socket
      const encrypted = startTls({
        socket,
        servername: url.hostname,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['http/1.1'],
        ...(network.ca === undefined ? {} : { ca: network.ca }),
      })
      onOpen(encrypted)
      await secured(encrypted)
      return encrypted
    } catch (error) {
      socket.destroy()
      // A certificate that is wrong at one address is not made right by another.
      if (error instanceof AttemptError || signal.aborted) throw error
      last = error
    }
  }
  throw new AttemptError('unreachable', 'No connection could be made.', { cause: last })
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error('The connection takes too long.')),
      CONNECT_TIMEOUT,
    )
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.once('error', reject)
    socket.once('close', () => {
      clearTimeout(timer)
      reject(new Error('The connection was closed.'))
    })
  })
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Node puts the reason there when a certificate is refused, and leaves it empty otherwise.
      const refused = (socket as { authorizationError?: unknown }).authorizationError
      reject(
        refused === undefined || refused === null
          ? error
          : new AttemptError('certificate', 'Its certificate is not valid for the name.', {
              cause: error,
            }),
      )
    })
    socket.once('close', () => reject(new Error('The connection was closed.')))
  })
}

function send(url: URL, socket: Socket, { method, headers }: Question): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // After the answer has begun, errors of the socket end the body instead.
    socket.on('error', reject)
    request({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      maxHeaderSize: MAX_HEADER_BYTES,
      headers: {
        Host: url.host,
        'User-Agent': `mailprofile/${version}`,
        Accept: 'text/xml, application/xml',
        'Accept-Encoding': 'identity',
        Connection: 'close',
        ...headers,
      },
    })
      .once('response', resolve)
      // Node hands the socket over for a 101 and says nothing more.
      .once('upgrade', (_response, upgraded) => {
        upgraded.destroy()
        reject(new AttemptError('invalid', 'It answers in another protocol.'))
      })
      .on('error', reject)
      .once('close', () => reject(new Error('The connection was closed.')))
      .end()
  })
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const tooLarge = () =>
    new AttemptError('too_large', `It sends more than ${MAX_DOCUMENT_BYTES / 1024} KB.`)
  if (Number(response.headers['content-length']) > MAX_DOCUMENT_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_DOCUMENT_BYTES) throw tooLarge()
  }
  return Buffer.concat(chunks)
}
