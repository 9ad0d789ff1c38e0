import { isIP, isIPv4, type Socket } from 'node:net'
import { bareHost } from '../../account/web-url.js'
import { answerOrNone } from '../../dns/answer-or-none.js'
import type { RecordResolver } from '../../dns/compare-records.js'
import { connectTo, type OpenConnection } from '../connection.js'
import { Failure, withLimit } from '../failure.js'
import { resolveHost, type Resolution } from '../resolution.js'
import { startTls } from '../tls.js'
import { DIAGNOSES, type ProbeCode } from './diagnoses.js'
import type { Problem } from './problem.js'

/** The network as a probe sees it; the edge gives the real one, tests their own. */
export interface ProbeNetwork {
  readonly resolver: RecordResolver
  readonly dial: OpenConnection
  /** Roots in PEM to trust besides Node's own. */
  readonly trust?: readonly string[] | undefined
}

export interface ProbePlacesOptions {
  readonly network: ProbeNetwork
  /** Per step, in milliseconds. */
  readonly timeout: number
  readonly now: Date
  readonly stop: AbortSignal
}

/** A host and a port, looked at once. */
export interface LookedAt {
  /** Why nothing can be asked there. */
  readonly problem?: Problem | undefined
  /** What is wrong although it can be asked. */
  readonly warnings: readonly Problem[]
  /** Those that work, in their order. */
  readonly addresses: readonly string[]
}

/** Looks at hosts, at each once, and opens connections to them. */
export interface ProbePlaces {
  readonly look: (url: URL) => Promise<LookedAt>
  /** Where a host is, without going there; none where nobody knows. */
  readonly resolve: (url: URL) => Promise<readonly string[]>
  /** @throws Failure */
  readonly open: (url: URL, address: string, signal: AbortSignal) => Promise<Socket>
}

const MAX_ADDRESSES = 4

// OpenSSL's words for an alert; nginx sends the first for a name that it does not know
// (ssl_reject_handshake), Caddy the second.
const UNKNOWN_NAME = new Set([
  'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
  'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
])

const CODES = new Map<string, ProbeCode>([
  ['tls_timeout', 'no_answer'],
  ['no_reply', 'no_answer'],
  ['unreachable', 'connection_timeout'],
  ['connection_failed', 'connection_refused'],
])

/** What one address of a host came to; nothing where this computer has no way to its kind. */
type Look =
  | { readonly address: string; readonly problem?: Problem; readonly warnings: readonly Problem[] }
  | undefined

export function createPlaces({ network, timeout, now, stop }: ProbePlacesOptions): ProbePlaces {
  const { trust = [] } = network
  const looks = new Map<string, Promise<LookedAt>>()
  const resolutions = new Map<string, Promise<readonly string[]>>()
  const limited =
    <T>(late: 'connection_timeout' | 'tls_timeout' | 'name_lookup_failed') =>
    (work: (signal: AbortSignal) => Promise<T>) =>
      withLimit(timeout, late, stop, work)

  const connect = (url: URL, address: string) =>
    limited<Socket>('connection_timeout')((signal) =>
      connectTo(address, portOf(url), signal, network.dial),
    )
  const encrypt = async (url: URL, plain: Socket) => {
    try {
      return await limited<Awaited<ReturnType<typeof startTls>>>('tls_timeout')((signal) =>
        startTls(plain, { host: bareHost(url), trust, now }, signal),
      )
    } catch (error) {
      plain.destroy()
      throw error
    }
  }

  async function lookAt(url: URL, address: string): Promise<Look> {
    const place = url.host
    try {
      const plain = await connect(url, address)
      if (url.protocol === 'http:') {
        plain.destroy()
        return { address, warnings: [] }
      }
      const { socket, failures = [], warnings = [] } = await encrypt(url, plain)
      socket.destroy()
      const [worst] = failures
      return {
        address,
        ...(worst === undefined
          ? {}
          : { problem: { code: probeCode(worst.code), place, detail: worst.detail } }),
        warnings: warnings.map(({ code, detail }) => ({ code: probeCode(code), place, detail })),
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.code === 'no_ipv6_here') return undefined
      return { address, problem: problemOf(error, place), warnings: [] }
    }
  }

  // Once for each name: whoever is judged by its addresses is asked at these, whatever the DNS says next.
  function resolve(url: URL): Promise<readonly string[]> {
    const host = bareHost(url)
    const known = resolutions.get(host) ?? resolveAnew(host)
    resolutions.set(host, known)
    return known
  }

  async function resolveAnew(name: string): Promise<readonly string[]> {
    const { addresses } = await limited<Resolution>('name_lookup_failed')((signal) =>
      resolveHost(name, (host) => addressesOf(host, network.resolver), signal),
    )
    return addresses.slice(0, MAX_ADDRESSES)
  }

  async function look(url: URL): Promise<LookedAt> {
    const place = url.host
    let addresses: readonly string[]
    try {
      addresses = await resolve(url)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return { problem: problemOf(error, place), warnings: [], addresses: [] }
    }
    const looked = await Promise.all(addresses.map((address) => lookAt(url, address)))
    const seen = looked.filter((one) => one !== undefined)
    const working = seen.filter(({ problem }) => problem === undefined)
    const failing = seen.filter(({ problem }) => problem !== undefined)
    const [worst] = failing
    if (working.length === 0) {
      const none = { code: 'connection_timeout', place, detail: 'no way to its addresses' } as const
      return { problem: worst?.problem ?? none, warnings: [], addresses: [] }
    }
    return {
      warnings: [
        ...(working[0]?.warnings ?? []),
        ...failing.map(({ address, problem }) => ({
          code: 'address_fails' as const,
          place,
          detail: `${address}: ${problem?.code ?? ''}`,
          record: `${isIPv4(address) ? 'A' : 'AAAA'} ${address}`,
        })),
      ],
      addresses: working.map(({ address }) => address),
    }
  }

  return {
    look(url) {
      const key = `${url.protocol}//${url.host}`
      const known = looks.get(key) ?? look(url)
      looks.set(key, known)
      return known
    },
    async resolve(url) {
      try {
        return await resolve(url)
      } catch (error) {
        if (error instanceof Failure) return []
        throw error
      }
    },
    async open(url, address) {
      const plain = await connect(url, address)
      return url.protocol === 'http:' ? plain : (await encrypt(url, plain)).socket
    },
  }
}

function probeCode(code: string): ProbeCode {
  return CODES.get(code) ?? (Object.hasOwn(DIAGNOSES, code) ? (code as ProbeCode) : 'tls_failed')
}

function problemOf({ code, detail }: Failure, place: string): Problem {
  if (code === 'stopped') return { code: 'too_many_requests', place, detail: 'stopped' }
  const isUnknown = code === 'tls_failed' && UNKNOWN_NAME.has(detail ?? '')
  return { code: isUnknown ? 'name_not_served' : probeCode(code), place, detail }
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

/**
 * The addresses of a host by the DNS: phones have no hosts file.
 *
 * @returns none where the name does not exist
 */
async function addressesOf(host: string, resolver: RecordResolver): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  // RFC 6761, section 6.3.
  if (/^(?:.+\.)?localhost$/.test(host)) return ['127.0.0.1']
  const [v4, v6] = await Promise.allSettled([
    answerOrNone(resolver.resolve4(host)),
    answerOrNone(resolver.resolve6(host)),
  ])
  // Some name servers fail for the one kind that a host does not have.
  if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason
  return [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}
