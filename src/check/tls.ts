import { isIP, type Socket } from 'node:net'
import {
  connect,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { CheckCode } from './causes.js'
import { judgeCertificate } from './certificate.js'
import { Failure } from './failure.js'
import type { StepFindings } from './report.js'

/** OpenSSL's words; those of handshakes with something that speaks no TLS differ by its first bytes. */
const CODES = new Map<string, CheckCode>([
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not_tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not_tls'],
  ['ERR_SSL_HTTP_REQUEST', 'not_tls'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls_too_old'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_too_old'],
  ['ERR_SSL_EE_KEY_TOO_SMALL', 'weak_key'],
  ['ERR_SSL_DH_KEY_TOO_SMALL', 'weak_key'],
])

export interface TlsOptions {
  /** The name that the certificate has to have. */
  readonly host: string
  /** Roots to trust besides Node's own, in PEM. */
  readonly trust: readonly string[]
  readonly now: Date
}

export interface TlsConnection extends StepFindings {
  readonly socket: TLSSocket
  /** Everything holds, so that a password may be sent. */
  readonly verified: boolean
}

/**
 * A TLS handshake, which goes through whatever the certificate is like, and what to think of it.
 *
 * @throws Failure `not_tls`, `tls_too_old`, `weak_key`, `tls_failed`, or the signal's
 */
export async function startTls(
  plain: Socket,
  options: TlsOptions,
  signal: AbortSignal,
): Promise<TlsConnection> {
  const { host, trust } = options
  const socket = await handshake(plain, host, trust, signal)
  const judgement = judgeCertificate(socket, options)
  const { standardName } = socket.getCipher()
  return {
    socket,
    ...judgement,
    verified: socket.authorized && judgement.failures.length === 0,
    detail: [socket.getProtocol(), standardName, judgement.detail].join(', '),
  }
}

// To read some hundred and fifty roots takes longer than a handshake.
const contexts = new WeakMap<readonly string[], SecureContext>()

function contextFor(trust: readonly string[]): SecureContext {
  const known = contexts.get(trust)
  if (known !== undefined) return known
  const made = createSecureContext({
    ...(trust.length === 0 ? {} : { ca: [...rootCertificates, ...trust] }),
    minVersion: 'TLSv1.2', // RFC 8996, and what iOS and Android insist on
  })
  contexts.set(trust, made)
  return made
}

/** @throws Failure as `startTls` */
export function handshake(
  plain: Socket,
  host: string,
  trust: readonly string[],
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: plain,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: contextFor(trust),
      rejectUnauthorized: false,
    })
    const settle = () => {
      signal.removeEventListener('abort', onAbort)
      socket.off('secureConnect', onSecure).off('error', onError)
      socket.on('error', () => undefined)
    }
    const fail = (error: Error) => {
      settle()
      socket.destroy()
      reject(error)
    }
    const onSecure = () => {
      settle()
      resolve(socket)
    }
    const onError = ({ code = '' }: NodeJS.ErrnoException) => {
      fail(
        new Failure(CODES.get(code) ?? 'tls_failed', /^[A-Z0-9_]+$/.test(code) ? code : undefined),
      )
    }
    const onAbort = () => fail(signal.reason as Error)
    socket.once('secureConnect', onSecure).once('error', onError)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
