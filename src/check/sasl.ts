import { createHmac } from 'node:crypto'
import type { Mechanism } from './mechanism.js'
import type { Credentials, Reply, Session } from './session.js'

// POP3 takes commands of 255 octets (RFC 5034 section 4), SMTP of 512; AUTHENTICATE is the longest.
const MAX_INITIAL = 200

/**
 * Logs in. What goes over the connection holds the password: only for verified TLS.
 *
 * @param initialResponse whether the server takes one (RFC 4954, RFC 5034; RFC 4959 for IMAP)
 * @returns the server's last word
 */
export async function logIn(
  session: Session,
  mechanism: Mechanism,
  credentials: Credentials,
  initialResponse: boolean,
): Promise<Reply> {
  const { username, password } = credentials
  switch (mechanism) {
    case 'command':
      return session.login(credentials)
    case 'PLAIN': {
      // RFC 4616, without an authorization identity.
      const message = base64(`\0${username}\0${password.reveal()}`)
      if (initialResponse && message.length <= MAX_INITIAL) {
        return session.authenticate('PLAIN', message)
      }
      return answer(session, 'PLAIN', () => message)
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

/** RFC 2195 section 2. */
export function cramMd5(challenge: Uint8Array, { username, password }: Credentials): string {
  return `${username} ${createHmac('md5', password.reveal()).update(challenge).digest('hex')}`
}

async function answer(
  session: Session,
  mechanism: string,
  ...responses: ((challenge: string) => string)[]
): Promise<Reply> {
  let reply = await session.authenticate(mechanism, undefined)
  for (const respond of responses) {
    if (reply.status !== 'continue') return reply
    reply = await session.respond(respond(reply.text))
  }
  // RFC 4422 section 3.1: a server that goes on asking is told to stop.
  return reply.status === 'continue' ? session.respond('*') : reply
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
