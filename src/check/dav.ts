import { request, type IncomingHttpHeaders } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { DavLogin, DavServer } from '../account/dav.js'
import { parseUrl } from '../account/web-url.js'
import { connectToAny } from './connection.js'
import { Failure } from './failure.js'
import type { OpenOptions } from './open-session.js'
import type { CheckStepName, ServerReport, StepFindings } from './report.js'
import { resolveHost } from './resolution.js'
import { StepList } from './step-list.js'
import { startTls, type TlsConnection } from './tls.js'

export type DavRole = ServerReport['role'] & ('calendar' | 'contacts')

const PROTOCOL = { calendar: 'caldav', contacts: 'carddav' } as const
const PLAN: readonly CheckStepName[] = ['resolution', 'connection', 'tls', 'service', 'login']
const MAX_REDIRECTS = 3
const REDIRECTS = [301, 302, 303, 307, 308]

type DavOptions = Omit<OpenOptions, 'clean' | 'onSocket'>
/** One more connection to the same server. */
type Connect = (signal: AbortSignal) => Promise<TlsConnection>

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/**
 * The check of a server of calendars or contacts: whether one answers there, and takes the log-in. Nothing
 * is read and nothing is changed. Whatever is wrong with it is in the report.
 */
export async function checkDav(
  role: DavRole,
  server: DavServer,
  login: DavLogin,
  options: DavOptions,
): Promise<ServerReport> {
  const protocol = PROTOCOL[role]
  const { host, port } = server
  const steps = new StepList(PLAN, protocol, options)
  try {
    await takeSteps(server, login, { protocol, steps, options })
  } catch (error) {
    // It is in the report.
    if (!(error instanceof Failure)) throw error
  }
  return { role, protocol, host, port, security: 'tls', steps: steps.finish() }
}

async function takeSteps(
  { url, host, port, path }: DavServer,
  { username, password }: DavLogin,
  {
    protocol,
    steps,
    options,
  }: {
    readonly protocol: (typeof PROTOCOL)[DavRole]
    readonly steps: StepList
    readonly options: DavOptions
  },
): Promise<void> {
  const { resolve, trust, now } = options
  const { addresses } = await steps.run('resolution', (signal) =>
    resolveHost(host, resolve, signal),
  )
  const first = await steps.run('connection', (signal) => connectToAny(addresses, port, signal))
  const { verified, socket } = await steps.run('tls', (signal) =>
    startTls(first.socket, { host, trust, now }, signal),
  )
  socket.destroy()
  const connect: Connect = async (signal) => {
    const { socket: plain } = await connectToAny([first.address], port, signal)
    return startTls(plain, { host, trust, now }, signal)
  }
  // Without a path devices ask there (RFC 6764 section 6).
  const asked = new URL(path === '/' ? `/.well-known/${protocol}` : path, url)
  const found = await steps.run('service', (signal) => findService(asked, connect, signal))
  const basic = /(?:^|,)\s*basic\b/i.test(found.challenge)
  if (found.url === undefined) steps.skip('login', 'another host answers for it')
  else if (found.status === 207) steps.skip('login', 'the server wants none')
  else if (!basic) steps.skip('login', 'a check logs in with passwords only')
  else if (username === undefined || password === undefined) {
    steps.skip('login', 'no password was given')
  } else if (!verified) {
    steps.skip('login', 'a password is only sent over TLS with a certificate that holds')
  } else {
    const credentials = Buffer.from(`${username}:${password.reveal()}`).toString('base64')
    const { url: service } = found
    await steps.run('login', (signal) => logIn(service, credentials, connect, signal))
  }
}

interface Service extends StepFindings {
  /** Absent where it is at another host. */
  readonly url?: URL
  readonly status: number
  readonly challenge: string
}

async function findService(start: URL, connect: Connect, signal: AbortSignal): Promise<Service> {
  let url = start
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const { status, headers } = await propfind(url, {}, connect, signal)
    const next = REDIRECTS.includes(status) ? parseUrl(headers.location ?? '', url.href) : undefined
    if (next?.protocol === 'https:' && next.host === url.host) {
      url = next
      continue
    }
    if (next?.protocol === 'https:') {
      return { status, challenge: '', detail: `it sends programs on to ${next.host}` }
    }
    if (status !== 207 && status !== 401) throw new Failure('no_dav', `status ${status}`)
    return { url, status, challenge: headers['www-authenticate'] ?? '', detail: `status ${status}` }
  }
  throw new Failure('no_dav', `more than ${MAX_REDIRECTS} redirects`)
}

async function logIn(
  url: URL,
  credentials: string,
  connect: Connect,
  signal: AbortSignal,
): Promise<StepFindings> {
  const headers = { Authorization: `Basic ${credentials}` }
  const { status } = await propfind(url, headers, connect, signal)
  if (status === 207) return { method: 'Basic', detail: 'Basic' }
  const detail = `status ${status}`
  if (status === 401) throw new Failure('wrong_password', detail)
  throw new Failure(status >= 500 ? 'temporary' : 'login_refused', detail)
}

async function propfind(
  url: URL,
  more: Readonly<Record<string, string>>,
  connect: Connect,
  signal: AbortSignal,
): Promise<Answer> {
  const { socket } = await connect(signal)
  const hangUp = () => socket.destroy()
  signal.addEventListener('abort', hangUp, { once: true })
  try {
    return await ask(url, more, socket)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof Failure) throw error
    throw new Failure('closed')
  } finally {
    signal.removeEventListener('abort', hangUp)
    socket.destroy()
  }
}

function ask(url: URL, more: Readonly<Record<string, string>>, socket: TLSSocket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      method: 'PROPFIND',
      path: url.pathname,
      headers: {
        Host: url.host,
        'User-Agent': 'mailprofile',
        Depth: '0',
        'Content-Length': '0',
        Connection: 'close',
        ...more,
      },
    })
    asked.once('response', ({ statusCode = 0, headers }) =>
      resolve({ status: statusCode, headers }),
    )
    // Whatever speaks another protocol there.
    asked.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code?.startsWith('HPE_') === true ? new Failure('unexpected_reply') : error),
    )
    asked.once('close', () => reject(new Error('The connection was closed.')))
    asked.end()
  })
}
