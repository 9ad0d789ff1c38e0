import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { registrableDomain } from '../../account/public-name.js'
import { parseUrl } from '../../account/web-url.js'
import { isPublicAddress } from '../../account/public-address.js'
import { version } from '../../version.js'
import { printable } from '../server-text.js'
import { Failure } from '../failure.js'
import { exchange, type HttpAnswer, type Question } from './exchange.js'
import { placeOfUrl, ProbeFailure, type Problem } from './problem.js'
import type { ProbePlaces } from './places.js'

/** What is asked, and as whom. */
export interface Ask {
  readonly method?: Question['method']
  readonly url: string
  readonly accept?: string
  /** Of the program whose question it is; by default this one's own. */
  readonly userAgent?: string | undefined
  readonly encodings?: string | undefined
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** One of the host's addresses; by default the first that works. */
  readonly address?: string | undefined
  readonly redirects?: 'follow' | 'none'
}

/** What came of it. */
export interface AskOutcome {
  /** The last answer, also where something is wrong with the way to it. */
  readonly answer?: HttpAnswer
  /** What is wrong with the way, the first thing first. */
  readonly problems: readonly Problem[]
}

export interface ProbeAsker {
  readonly ask: (ask: Ask) => Promise<AskOutcome>
  /** Whether a server may send a program from one address to another: not from outside to inside. */
  readonly mayLead: (from: URL, to: URL) => Promise<boolean>
  /** How many requests have been sent. */
  readonly count: () => number
  /** What stands in front, as far as it says so. */
  readonly proxy: () => Proxy | undefined
}

/** A proxy whose configuration can be told about. */
export type Proxy = 'nginx' | 'caddy'

export interface ProbeAskerOptions {
  readonly places: ProbePlaces
  readonly timeout: number
  readonly stop: AbortSignal
}

export const OWN_USER_AGENT = `mailprofile/${version} (probe)`

// Between them all clients need about sixty.
const MAX_REQUESTS = 150
const MAX_REDIRECTS = 5
// A server that hangs is not asked by every program in turn.
const MAX_SILENCES = 2
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const KEEPS_METHOD = new Set([307, 308])
const LOGIN =
  /(?:^|[/._?&=-])(?:log-?in|sign-?in|sso|oauth2?|saml2?|cas|auth|authorize|outpost)(?:[/._?&=-]|$)/i

/** Asks each question once, and goes where redirects lead as mail programs do. */
export function createAsker({ places, timeout, stop }: ProbeAskerOptions): ProbeAsker {
  const known = new Map<string, Promise<AskOutcome>>()
  const silences = new Map<string, { readonly failure: ProbeFailure; readonly times: number }>()
  let count = 0
  let proxy: Proxy | undefined

  async function once(url: URL, method: Question['method'], ask: Ask): Promise<HttpAnswer> {
    const place = await places.look(url)
    if (place.problem !== undefined) throw new ProbeFailure(place.problem)
    const address = ask.address ?? place.addresses[0] ?? ''
    const silence = silences.get(url.host)
    if (silence !== undefined && silence.times >= MAX_SILENCES) throw silence.failure
    count++
    if (count > MAX_REQUESTS || stop.aborted) {
      const detail = stop.aborted ? 'stopped' : `${MAX_REQUESTS} requests`
      throw new ProbeFailure({ code: 'too_many_requests', place: placeOfUrl(url), detail })
    }
    const socket = await places.open(url, address, stop)
    const headers: Record<string, string> = {
      ...(ask.userAgent === '' ? {} : { 'User-Agent': ask.userAgent ?? OWN_USER_AGENT }),
      Accept: ask.accept ?? '*/*',
      ...(ask.encodings === undefined ? {} : { 'Accept-Encoding': ask.encodings }),
      ...(method === 'GET' ? {} : ask.headers),
    }
    const body = method === 'GET' ? undefined : ask.body
    try {
      const answer = await exchange({ method, url, headers, body }, socket, { timeout, stop })
      proxy ??= proxyOf(answer.header('server'))
      return answer
    } catch (error) {
      if (error instanceof ProbeFailure && error.problem.code === 'no_answer') {
        silences.set(url.host, { failure: error, times: (silence?.times ?? 0) + 1 })
      }
      throw error
    }
  }

  async function follow(ask: Ask): Promise<AskOutcome> {
    const start = new URL(ask.url)
    const problems: Problem[] = []
    const seen = new Set<string>()
    let url = start
    let method = ask.method ?? 'GET'
    let answer: HttpAnswer | undefined
    let led: Omit<Problem, 'code'> | undefined
    try {
      for (;;) {
        answer = await once(url, method, ask)
        const [location] = answer.header('location')
        if (ask.redirects === 'none' || !REDIRECTS.has(answer.status)) break
        const target = location === undefined ? undefined : parseUrl(location, url.href)
        const place = placeOfUrl(url)
        if (target === undefined || !/^https?:$/.test(target.protocol)) {
          problems.push({ code: 'server_error', place, detail: `${answer.status} to nowhere` })
          break
        }
        target.hash = ''
        seen.add(`${method} ${url.href}`)
        const detail = `${answer.status} to ${printable(placeOfUrl(target))}`
        const wrong = judgeRedirect(url, target)
        if (method !== 'GET' && !KEEPS_METHOD.has(answer.status)) {
          if (wrong !== 'redirect_to_http')
            problems.push({ code: 'redirect_of_post', place, detail })
          method = 'GET'
        }
        if (wrong !== undefined) problems.push({ code: wrong, place, detail })
        if (seen.has(`${method} ${target.href}`) || seen.size > MAX_REDIRECTS) {
          problems.push({ code: 'redirect_loop', place, detail })
          break
        }
        // Who is asked about stays encrypted, whatever the server would like.
        if (wrong === 'redirect_to_http') target.search = ''
        if (wrong === 'redirect_to_login' || !(await mayLead(url, target))) break
        url = target
        led = { place, detail }
      }
    } catch (error) {
      const problem = problemOf(error, url)
      // Who is sent to a name that is not there needs another redirect, and not that name.
      const isSentAway = problem.code === 'name_not_found' && url.host !== start.host
      problems.push(
        isSentAway && led !== undefined
          ? { ...led, code: 'redirect_loses_host', detail: `${led.detail}, which is not there` }
          : problem,
      )
      return { problems: worstFirst(problems) }
    }
    return { answer, problems: worstFirst(problems) }
  }

  // Whoever answers may not send this computer to one of its own network.
  async function mayLead(from: URL, to: URL): Promise<boolean> {
    if (from.host === to.host) return true
    const [here, there] = await Promise.all([places.resolve(from), places.resolve(to)])
    // A name may have addresses of both kinds: then it is one from outside.
    const isInside = here.length > 0 && !here.some(isOutside)
    return isInside || there.every(isOutside)
  }

  return {
    mayLead,
    count: () => count,
    proxy: () => proxy,
    ask(ask) {
      const key = JSON.stringify(ask)
      const outcome = known.get(key) ?? follow(ask)
      known.set(key, outcome)
      return outcome
    },
  }
}

// A network without IPv4 has addresses of its own for all that is outside (RFC 6147).
function isOutside(address: string): boolean {
  const parsed = isIPv6(address) ? ipaddr.IPv6.parse(address) : undefined
  return isPublicAddress(
    parsed?.range() === 'rfc6052' ? parsed.toByteArray().slice(-4).join('.') : address,
  )
}

function proxyOf(values: readonly string[]): Proxy | undefined {
  const [value = ''] = values
  if (/^nginx\b/i.test(value)) return 'nginx'
  return /^caddy\b/i.test(value) ? 'caddy' : undefined
}

function judgeRedirect(from: URL, to: URL) {
  if (from.protocol === 'https:' && to.protocol === 'http:') return 'redirect_to_http'
  const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  if (isSame(from.pathname, to.pathname) && from.search === to.search) return undefined
  const isOutside = registrableDomain(from.hostname) !== registrableDomain(to.hostname)
  if (LOGIN.test(to.pathname + to.search) || LOGIN.test(to.hostname)) return 'redirect_to_login'
  return isOutside || !to.pathname.endsWith(from.pathname) || from.search !== to.search
    ? 'redirect_loses_address'
    : undefined
}

// A loop and a log-in page say why; what else was seen on the way follows from them.
function worstFirst(problems: readonly Problem[]): readonly Problem[] {
  const decisive = problems.filter(({ code }) =>
    ['redirect_loop', 'redirect_to_login'].includes(code),
  )
  return decisive.length > 0 ? decisive : problems
}

function problemOf(error: unknown, url: URL): Problem {
  if (error instanceof ProbeFailure) return error.problem
  if (!(error instanceof Failure)) throw error
  return { code: 'connection_closed', place: placeOfUrl(url), detail: error.detail }
}
