import { constants } from 'node:crypto'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { ExpressRequest, ExpressResponse } from '../http/express-messages.js'
import { bind, type BindPlace, type BindWords } from './bind.js'
import { SERVE_ELSEWHERE } from '../own-commands.js'
import { Connections } from './connections.js'
import { maxConnections } from './max-connections.js'
import { namedByVariable, ownHost, type PlaceVariables } from './named-by-variable.js'
import { useOriginForm } from './origin-form.js'
import { RequestQueue, type RequestQueueOptions } from './request-queue.js'

const STOP_TIMEOUT = 10_000
const SWEEP_INTERVAL = 100
const MAX_HEADER_BYTES = 16 * 1024

/** A certificate chain and its key, PEM. */
export interface TlsPair {
  readonly cert: string
  readonly key: string
}

/** How long a client may take, in milliseconds. */
export interface Timeouts {
  /** For the whole header. */
  readonly header: number
  /** For the whole request. */
  readonly request: number
  /** For the handshake of TLS. */
  readonly handshake: number
  /** Without a byte in either direction, while an answer is under way. */
  readonly silence: number
  /** How often it is looked at whether answers are taken. */
  readonly unread: number
  /** Between two requests. */
  readonly keepAlive: number
  /** How often the others are looked at. */
  readonly check: number
}

const TIMEOUTS: Timeouts = {
  header: 10_000,
  request: 20_000,
  handshake: 10_000,
  silence: 60_000,
  unread: 1_000,
  keepAlive: 10_000,
  check: 5_000,
}

function words({ host, port }: PlaceVariables): BindWords {
  return {
    listener: 'The server',
    ofPort: namedByVariable(port, ','),
    ofHost: namedByVariable(host),
    hints: {
      inUse: `Stop that program, or ${SERVE_ELSEWHERE}.`,
      forbidden:
        'Choose a port above 1023 with --port and put a proxy in front, or allow the program the port ' +
        '(AmbientCapabilities=CAP_NET_BIND_SERVICE of systemd).',
      host: `Give an address of this machine with --host.${ownHost(host)}`,
    },
  }
}

export interface ListenOptions extends BindPlace {
  /** For an error. */
  readonly variables?: PlaceVariables
  /** With it the server speaks https, and nothing else. */
  readonly tls?: TlsPair | undefined
  /**
   * With it as well: the certificate of the moment for a name that a client asks for, if that has one of its
   * own; else it gets `tls`, and no connection where there is none.
   */
  readonly tlsFor?: ((name: string) => TlsPair | undefined) | undefined
  /** The path of `baseUrl`, without a trailing slash: by it is known what is urgent. */
  readonly basePath?: RequestQueueOptions['basePath']
  readonly timeouts?: Partial<Timeouts>
  /** By default what `maxConnections` finds. */
  readonly connections?: number
  /** Of all answers that are not taken: 64 MB by default. */
  readonly unreadBytes?: number
}

/** A server that listens. */
export interface Listener {
  readonly port: number
  /** Lets requests under way finish, for at most 10 seconds. */
  stop(): Promise<void>
}

/** One whose certificate can be replaced. */
export interface TlsListener extends Listener {
  /** New connections see this certificate from now on; nothing without https. */
  setTls(pair: TlsPair): void
}

/**
 * Listens, then serves what `makeApp` makes once the port is known.
 *
 * @throws MailProfileError `port_in_use`, or `invalid_configuration` for a port that may not be used and
 *   a host that is not here
 */
export async function listen(
  makeApp: (port: number) => RequestListener,
  {
    host,
    port,
    variables = {},
    tls,
    tlsFor,
    basePath,
    timeouts,
    connections = maxConnections(),
    unreadBytes,
  }: ListenOptions,
): Promise<TlsListener> {
  const times = { ...TIMEOUTS, ...timeouts }
  const { header, request, handshake, silence, unread, keepAlive, check } = times
  // Against clients that send a byte now and then.
  const options = {
    IncomingMessage: ExpressRequest,
    ServerResponse: ExpressResponse,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Node's own answer would be one that is not counted: see Connections.
    requireHostHeader: false,
    headersTimeout: header,
    requestTimeout: request,
    keepAliveTimeout: keepAlive,
    connectionsCheckingInterval: check,
  }
  const named = tlsFor === undefined ? {} : namedOptions(tlsFor)
  const secure =
    tls === undefined && tlsFor === undefined
      ? undefined
      : createTlsServer({
          ...options,
          ...(tls === undefined ? TLS : tlsOptions(tls)),
          ...named,
          handshakeTimeout: handshake,
        })
  const server = secure ?? createServer(options)
  server.timeout = silence
  const open = new Connections(server, { max: connections, unreadBytes, sweep: unread })
  await bind(server, { host, port }, words(variables))
  const bound = (server.address() as AddressInfo).port
  try {
    open.serve(new RequestQueue(understood(makeApp(bound)), { basePath }))
  } catch (error) {
    await stop(server)
    throw error
  }
  return {
    port: bound,
    setTls: (pair) => secure?.setSecureContext({ ...tlsOptions(pair), ...named }),
    stop: () => stop(server),
  }
}

function understood(app: RequestListener): RequestListener {
  return (request, response) => {
    const expected = request.headers.expect
    const mayGoOn = expected !== undefined && /^100-continue$/i.test(expected)
    if (!useOriginForm(request)) refuse(response, 400)
    // RFC 9110, section 10.1.1, as Node itself does it.
    else if (expected !== undefined && !mayGoOn) refuse(response, 417)
    else {
      if (mayGoOn) response.writeContinue()
      app(request, response)
    }
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { Connection: 'close' }).end()
}

// Whoever cannot speak TLS 1.2 is older than every device that this server knows.
const TLS = { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] } as const

function tlsOptions({ cert, key }: TlsPair) {
  return { cert, key, ...TLS }
}

// A session of TLS 1.2 that goes on from a ticket has no server name, whatever its client sends and whoever it
// began with (OpenSSL 3.0): each begins anew, and those of TLS 1.3 with it.
function namedOptions(tlsFor: NonNullable<ListenOptions['tlsFor']>) {
  return { SNICallback: byName(tlsFor), secureOptions: constants.SSL_OP_NO_TICKET }
}

/** Chooses a certificate by the name that a client sends (RFC 6066, section 3). */
function byName(tlsFor: NonNullable<ListenOptions['tlsFor']>) {
  // One for each pair, until another takes its place.
  const contexts = new WeakMap<TlsPair, SecureContext>()
  return (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
    const pair = tlsFor(name)
    if (pair === undefined) {
      done(null)
      return
    }
    const context = contexts.get(pair) ?? createSecureContext(tlsOptions(pair))
    contexts.set(pair, context)
    done(null, context)
  }
}

async function stop(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  // Those that finish later would stay open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL)
  const timer = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT)
  await closed
  clearInterval(sweep)
  clearTimeout(timer)
}
