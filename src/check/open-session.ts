import type { Socket } from 'node:net'
import type { MailServer } from '../account/server.js'
import { connectToAny } from './connection.js'
import { Dialogue } from './dialogue.js'
import { Failure } from './failure.js'
import { takesCleartextPassword } from './mechanism.js'
import { explainGreeting, explainTls, type AnsweringServer } from './other-security.js'
import { PROTOCOLS } from './protocols.js'
import type { StepFindings } from './report.js'
import { resolveHost, type Resolve } from './resolution.js'
import { withServerWords } from './server-words.js'
import type { Protocol, Reply, Session } from './session.js'
import type { StepList } from './step-list.js'
import { startTls } from './tls.js'

export interface OpenOptions {
  readonly resolve: Resolve
  /** Per step, in milliseconds. */
  readonly timeout: number
  /** Ends the check. */
  readonly stop: AbortSignal
  readonly now: Date
  /** Roots to trust besides Node's own, in PEM. */
  readonly trust: readonly string[]
  /** What a server said, as it may be shown. */
  readonly clean: (text: string) => string
  /** Is given the socket to close in the end, again whenever it is another one. */
  readonly onSocket: (socket: Socket) => void
}

/** A connection on which the server has greeted and, if the settings want it, TLS has started. */
export interface OpenSession {
  readonly dialogue: Dialogue
  readonly session: Session
  /** Over TLS with a certificate that holds, so that a password may be sent. */
  readonly verified: boolean
}

/**
 * The steps from the name to the greeting and TLS.
 *
 * @throws Failure when one of them ends the check
 */
export async function openSession(
  server: MailServer,
  protocol: Protocol,
  steps: StepList,
  options: OpenOptions,
): Promise<OpenSession> {
  const { host, port, security } = server
  const { resolve, onSocket } = options
  const { addresses } = await steps.run('resolution', (signal) =>
    resolveHost(host, resolve, signal),
  )
  const { socket: plain, address } = await steps.run('connection', (signal) =>
    connectToAny(addresses, port, signal),
  )
  onSocket(plain)
  const place: AnsweringServer = { ...options, host, address, port }

  const secure = async (socket: Socket, greeting?: Reply): Promise<OpenSession> => {
    const tls = await steps.run(
      'tls',
      (signal) => startTls(socket, { ...options, host }, signal),
      security === 'tls' ? (failure) => explainTls(failure, place) : undefined,
    )
    onSocket(tls.socket)
    return { ...talkOver(tls.socket, protocol, greeting), verified: tls.verified }
  }
  const greet = ({ dialogue, session }: Talk) =>
    steps.run(
      'greeting',
      (signal) => readGreeting(dialogue.within(signal), session, protocol, options),
      security === 'tls' ? undefined : (failure) => explainGreeting(failure, place),
    )

  if (security === 'tls') {
    const open = await secure(plain)
    await greet(open)
    return open
  }
  const talk = talkOver(plain, protocol)
  if (security === 'none') {
    steps.record('tls', { warnings: [{ code: 'not_encrypted' }] })
    await greet(talk)
    return { ...talk, verified: false }
  }
  const { greeting } = await greet(talk)
  await steps.run(
    'starttls',
    (signal) => {
      talk.dialogue.within(signal)
      return askForTls(talk, greeting, protocol, options)
    },
    (failure) => withServerWords(failure, talk.dialogue, options.clean),
  )
  return secure(talk.dialogue.release(), greeting)
}

type Talk = Pick<OpenSession, 'dialogue' | 'session'>

function talkOver(socket: Socket, protocol: Protocol, greeting?: Reply): Talk {
  const dialogue = new Dialogue(socket)
  return { dialogue, session: protocol.create(dialogue, greeting) }
}

async function readGreeting(
  dialogue: Dialogue,
  session: Session,
  { title }: Protocol,
  { clean }: OpenOptions,
): Promise<StepFindings & { readonly greeting: Reply }> {
  try {
    const greeting = await session.greeting()
    const detail = clean(greeting.text)
    if (greeting.status !== 'ok') throw new Failure('greeting_refused', detail)
    return { detail, greeting }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const unexpected = error.code === 'unexpected_reply'
    const other = unexpected ? speaks(dialogue.firstLine ?? '') : undefined
    if (other !== undefined && other !== title)
      throw new Failure('wrong_protocol', `it speaks ${other}`)
    throw withServerWords(error, dialogue, clean)
  }
}

function speaks(firstLine: string): string | undefined {
  if (firstLine.startsWith('HTTP/')) return 'HTTP'
  return Object.values(PROTOCOLS).find(({ greets }) => greets.test(firstLine))?.title
}

async function askForTls(
  { dialogue, session }: Talk,
  greeting: Reply,
  { startTls: name }: Protocol,
  { clean }: OpenOptions,
): Promise<StepFindings> {
  // RFC 9051 section 7.1.4: TLS cannot begin any more, so whoever wants it has to leave.
  if (greeting.codes.includes('PREAUTH')) throw new Failure('preauth_before_tls')
  const capabilities = await session.capabilities()
  // A POP3 server that does not tell its capabilities may know STLS all the same.
  const untold = name === 'STLS' && capabilities.names.length === 0
  if (!untold && !capabilities.names.includes(name)) {
    throw new Failure('starttls_not_offered', undefined, { said: capabilities.refusal ?? '' })
  }
  const { status, text } = await session.startTls()
  if (status !== 'ok') throw new Failure('starttls_refused', clean(text))
  // RFC 3207 section 6 and later: nothing from before TLS may count after it.
  if (dialogue.hasUnread) throw new Failure('data_before_tls')
  return takesCleartextPassword(capabilities) ? { warnings: [{ code: 'login_before_tls' }] } : {}
}
