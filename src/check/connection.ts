import { connect, isIPv4, type Socket } from 'node:net'
import type { CheckCode } from './causes.js'
import { Failure } from './failure.js'
import type { StepProblem, StepFindings } from './report.js'

// Once one address has answered, the others get this long, so that a dead one does not keep the
// server waiting for us. RFC 8305 gives them 250 ms.
const GRACE_MS = 2000

const CODES = new Map<string, CheckCode>([
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_refused'],
  ['ETIMEDOUT', 'connection_timeout'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
])

const WORDS: Partial<Record<CheckCode, string>> = {
  connection_refused: 'refused',
  connection_timeout: 'no answer',
  unreachable: 'unreachable',
}

// What a computer without IPv6, or without IPv4, says about it: no fault of the server's.
const NO_FAMILY = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** Begins a TCP connection to an IP address. */
export type OpenConnection = (address: string, port: number) => Socket

const openBySystem: OpenConnection = (host, port) => connect({ host, port, noDelay: true })

export interface Connection extends StepFindings {
  readonly socket: Socket
  readonly address: string
}

interface Attempt {
  readonly address: string
  readonly milliseconds: number
  readonly socket?: Socket
  readonly failure?: CheckCode
  /** This computer seems to reach no addresses of that kind at all. */
  readonly local?: boolean
}

/**
 * Connects to all addresses of a server at the same time and keeps the first that answers, in the
 * order given.
 *
 * @throws Failure `connection_refused`, `connection_timeout`, `unreachable`, `no_ipv6_here`,
 *   `connection_failed`
 */
export async function connectToAny(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
  open: OpenConnection = openBySystem,
): Promise<Connection> {
  const limit = new AbortController()
  const end = () => limit.abort()
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  let grace: NodeJS.Timeout | undefined
  const attempts = await Promise.all(
    addresses.map(async (address) => {
      const attempt = await dial(() => open(address, port), address, limit.signal)
      if (attempt.socket) grace ??= setTimeout(end, GRACE_MS)
      return attempt
    }),
  )
  clearTimeout(grace)
  signal.removeEventListener('abort', end)
  const [kept, ...others] = attempts.filter(({ socket }) => socket !== undefined)
  for (const { socket } of others) socket?.destroy()
  if (kept?.socket === undefined) {
    if (signal.reason instanceof Failure && signal.reason.code === 'stopped') throw signal.reason
    throw failureOf(attempts)
  }
  return {
    socket: kept.socket,
    address: kept.address,
    detail: [`${kept.address} in ${kept.milliseconds} ms`, ...notTried(attempts)].join('; '),
    warnings: warningsOf(attempts.filter(({ local }) => local !== true)),
  }
}

/** @throws Failure as `connectToAny` */
export async function connectTo(
  address: string,
  port: number,
  signal: AbortSignal,
  open?: OpenConnection,
): Promise<Socket> {
  return (await connectToAny([address], port, signal, open)).socket
}

function dial(open: () => Socket, address: string, signal: AbortSignal): Promise<Attempt> {
  const start = performance.now()
  const socket = open()
  return new Promise((resolve) => {
    const settle = (result: Pick<Attempt, 'socket' | 'failure' | 'local'>) => {
      signal.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect).off('error', onError)
      // Whoever takes the socket listens for errors later; until then they must not be fatal.
      socket.on('error', () => undefined)
      if (result.socket === undefined) socket.destroy()
      resolve({ address, milliseconds: Math.round(performance.now() - start), ...result })
    }
    const onConnect = () => settle({ socket })
    const onError = ({ code = '' }: NodeJS.ErrnoException) => {
      const local = NO_FAMILY.has(code)
      settle({ failure: CODES.get(code) ?? 'connection_failed', local })
    }
    const onAbort = () => settle({ failure: 'connection_timeout' })
    socket.once('connect', onConnect).once('error', onError)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

function failureOf(attempts: readonly Attempt[]): Failure {
  const remote = attempts.filter(({ local }) => local !== true)
  const [first = attempts[0]] = remote
  // Where IPv4 does not work either, the network is down.
  const noIpv6 = remote.length === 0 && attempts.every(({ address }) => !isIPv4(address))
  const code = noIpv6 ? 'no_ipv6_here' : first?.failure
  return new Failure(code ?? 'connection_failed', describe(attempts))
}

function notTried(attempts: readonly Attempt[]): string[] {
  const local = attempts.filter((attempt) => attempt.local === true)
  const families = new Set(local.map(({ address }) => (isIPv4(address) ? 'IPv4' : 'IPv6')))
  return [...families].map((family) => `${family} not tried: this computer seems to have none`)
}

function warningsOf(attempts: readonly Attempt[]): StepProblem[] {
  const failed = attempts.filter(({ socket }) => socket === undefined)
  if (failed.length === 0) return []
  const works = (four: boolean) =>
    attempts.some(({ address, socket }) => socket !== undefined && isIPv4(address) === four)
  const has = (four: boolean) => attempts.some(({ address }) => isIPv4(address) === four)
  const detail = describe(failed)
  if (has(true) && !works(true)) return [{ code: 'ipv4_fails', detail }]
  if (has(false) && !works(false)) return [{ code: 'ipv6_fails', detail }]
  return [{ code: 'some_addresses_fail', detail }]
}

function describe(attempts: readonly Attempt[]): string {
  return attempts
    .map(({ address, failure }) => {
      const word = failure === undefined ? undefined : WORDS[failure]
      return `${address}: ${word ?? 'failed'}`
    })
    .join(', ')
}
