import { once } from 'node:events'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect as connectTcp, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { bareHost } from '../../account/web-url.js'
import { version } from '../../version.js'
import { DeliveryTrouble } from '../trouble.js'

/** Where calls go. */
export interface WebhookPlace {
  readonly url: URL
  /** The certificates that vouch for it, PEM; those of Node by default. */
  readonly ca?: string | undefined
  /** Milliseconds for all of a call. */
  readonly timeout: number
}

// Nothing of an answer is used but its status.
const MAX_ANSWER_BYTES = 16 * 1024
const MAX_HEADER_BYTES = 16 * 1024
// RFC 9110, section 15.5.9 and 15.5.21; 425 is RFC 8470.
const FOR_NOW: ReadonlySet<number> = new Set([408, 425, 429])

/**
 * One call. Redirects are not followed: what is sent opens an account, and is for the address that the
 * configuration names and for nobody that this one names.
 *
 * @returns the status
 * @throws DeliveryTrouble
 */
export async function post(
  place: WebhookPlace,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const { status, retryAfter } = await send(place, headers, body, signal)
  if (status >= 200 && status < 300) return status
  const said = `The webhook answers with status ${status}.`
  if (status >= 500 || FOR_NOW.has(status)) {
    throw new DeliveryTrouble('unavailable', said, {
      mayPass: true,
      ...(retryAfter === undefined ? {} : { wait: retryAfter * 1000 }),
    })
  }
  if (status < 400) {
    throw new DeliveryTrouble('unavailable', `${said} It leads elsewhere, where nothing is sent.`)
  }
  // 401, 403 and 404 are about the configuration, the others about what was sent.
  const isOurs = [401, 403, 404, 405, 407].includes(status)
  throw new DeliveryTrouble(isOurs ? 'unavailable' : 'failed', said)
}

interface Answer {
  readonly status: number
  readonly retryAfter: number | undefined
}

function send(
  { url, ca, timeout }: WebhookPlace,
  headers: Readonly<Record<string, string>>,
  body: string,
  wanted: AbortSignal,
): Promise<Answer> {
  const signal = AbortSignal.any([wanted, AbortSignal.timeout(timeout)])
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    let isConnected = false
    const fail = (error: Error) => {
      // Whoever takes a call twice knows it by its id, so it may come again; only whether it came is not known.
      const kind = isConnected ? 'uncertain' : 'unavailable'
      const mayPass = !wanted.aborted && !isCertificate(error)
      reject(new DeliveryTrouble(kind, reasonOf(error), { mayPass, cause: error }))
    }
    request(url, {
      method: 'POST',
      agent: false,
      signal,
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': `mailprofile/${version}`,
        Accept: '*/*',
        ...headers,
      },
    })
      .once('response', (response) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: secondsOf(response) })
        drain(response)
      })
      // Node hands the socket over for a 101 and says nothing more.
      .once('upgrade', (_response, socket) => {
        socket.destroy()
        fail(new Error('It answers in another protocol.'))
      })
      .once('socket', (socket) => {
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          isConnected = true
        })
      })
      .on('error', fail)
      .end(body)
  })
}

function drain(response: IncomingMessage): void {
  let length = 0
  response.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) response.destroy()
  })
  // The status has been read: whatever becomes of the rest changes nothing.
  response.on('error', () => undefined)
}

function secondsOf({ headers }: IncomingMessage): number | undefined {
  const after = headers['retry-after'] ?? ''
  return /^\d{1,5}$/.test(after) ? Number(after) : undefined
}

const CERTIFICATE = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO/

function isCertificate(error: Error): boolean {
  return CERTIFICATE.test((error as { readonly code?: string }).code ?? '')
}

function reasonOf(error: unknown): string {
  const { name = '', code = '' } = error as { readonly name?: string; readonly code?: string }
  if (name === 'TimeoutError' || name === 'AbortError')
    return 'The webhook does not answer in time.'
  if (CERTIFICATE.test(code)) {
    return `The certificate of the webhook is not valid for its name (${code}).`
  }
  return `The webhook cannot be reached${/^[A-Z_0-9]{3,40}$/.test(code) ? ` (${code})` : ''}.`
}

/**
 * Connects, verifies the certificate, and asks nothing.
 *
 * @throws DeliveryTrouble
 */
export async function reach(
  { url, ca, timeout }: WebhookPlace,
  wanted: AbortSignal,
): Promise<void> {
  const host = bareHost(url)
  const isSecure = url.protocol === 'https:'
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = isSecure
    ? connectTls({
        host,
        port,
        ...name,
        ...(ca === undefined ? {} : { ca }),
        minVersion: 'TLSv1.2',
      })
    : connectTcp({ host, port })
  const signal = AbortSignal.any([wanted, AbortSignal.timeout(timeout)])
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal })
  } catch (error) {
    throw new DeliveryTrouble('unavailable', reasonOf(error), { cause: error })
  } finally {
    socket.destroy()
  }
}
