import { createHmac } from 'node:crypto'
import type { Mechanism } from './mechanism.js'
import type { LogInAttempt, Credentials, Session } from './session.js'

/** One way of logging in. */
export interface Way {
  readonly mechanism: Mechanism
  /** SASL's first response goes with the command. */
  readonly initial?: boolean
}

/** Logs in one way. What goes over the connection holds the password: only for verified TLS. */
export function tryWay(
  session: Session,
  { mechanism, initial = false }: Way,
  credentials: Credentials,
): Promise<LogInAttempt> {
  const { username, password } = credentials
  switch (mechanism) {
    case 'command':
      return session.login(credentials, 'password')
    case 'APOP':
      return session.login(credentials, 'digest')
    case 'PLAIN': {
      const message = plainMessage(credentials)
      return initial ? sendAtOnce(session, message) : answer(session, 'PLAIN', () => message)
    }
    case 'LOGIN':
      return answer(
        session,
        'LOGIN',
        () => base64(username),
        () => base64(password.reveal()),
      )
    case 'CRAM-MD5':
      return answer(session, 'CRAM-MD5', (challenge) =>
        base64(cramMd5(Buffer.from(challenge, 'base64'), credentials)),
      )
  }
}

/** RFC 4616 in base64, without an authorization identity. */
export function plainMessage({ username, password }: Credentials): string {
  return base64(`\0${username}\0${password.reveal()}`)
}

/** RFC 2195 section 2. */
export function cramMd5(challenge: Uint8Array, { username, password }: Credentials): string {
  return `${username} ${createHmac('md5', password.reveal()).update(challenge).digest('hex')}`
}

async function sendAtOnce(session: Session, message: string): Promise<LogInAttempt> {
  const reply = await session.authenticate('PLAIN', message)
  // Servers that do not know initial responses overread it and ask.
  const last = reply.status === 'continue' ? await session.respond(message) : reply
  return { reply: await end(session, last), sent: true }
}

async function answer(
  session: Session,
  mechanism: string,
  ...responses: ((challenge: string) => string)[]
): Promise<LogInAttempt> {
  let reply = await session.authenticate(mechanism, undefined)
  for (const [count, respond] of responses.entries()) {
    if (reply.status !== 'continue') return { reply, sent: count > 0 }
    reply = await session.respond(respond(reply.text))
  }
  return { reply: await end(session, reply), sent: true }
}

/** RFC 4422 section 3.1: a server that goes on asking is told to stop. */
async function end(session: Session, reply: LogInAttempt['reply']): Promise<LogInAttempt['reply']> {
  return reply.status === 'continue' ? session.respond('*') : reply
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
