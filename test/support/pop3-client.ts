import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'
import type { ReadServer } from '../readers/mail-settings.js'

/**
 * The messages of a POP3 mailbox (RFC 1939), with TLS from the start or by STLS (RFC 2595).
 *
 * @param ca the only root that is trusted, PEM
 * @throws Error with the server's answer, or Node's when the certificate is not good
 */
export async function fetchByPop3(server: ReadServer, ca: string): Promise<string[]> {
  const { host, port } = server
  const tls = { host, port, servername: host, ca }
  let session = openSession(server.security === 'tls' ? connectTls(tls) : connectTcp(port, host))
  try {
    await session.answer()
    if (server.security === 'starttls') {
      await session.command('STLS')
      session = openSession(connectTls({ ...tls, socket: session.release() }))
    }
    await logIn(session, server)
    const [, count] = (await session.command('STAT')).split(' ')
    const messages: string[] = []
    for (let number = 1; number <= Number(count); number++) {
      await session.command(`RETR ${number}`)
      messages.push(await session.text())
    }
    await session.command('QUIT')
    return messages
  } finally {
    session.end()
  }
}

type Session = ReturnType<typeof openSession>

async function logIn(session: Session, { username, password, ...server }: ReadServer) {
  if (server.authentication === 'cram-md5') {
    // RFC 2195: the challenge, keyed with the password.
    const [, challenge = ''] = (await session.command('AUTH CRAM-MD5')).split(' ')
    const digest = createHmac('md5', password).update(Buffer.from(challenge, 'base64'))
    await session.command(Buffer.from(`${username} ${digest.digest('hex')}`).toString('base64'))
  } else {
    await session.command(`USER ${username}`)
    await session.command(`PASS ${password}`)
  }
}

function openSession(socket: Socket) {
  const input = createInterface({ input: socket, crlfDelay: Infinity })
  const lines = input[Symbol.asyncIterator]()
  // Errors come out where somebody waits for a line.
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error as Error))
  failed.catch(() => undefined)
  const line = async () => {
    const next = await Promise.race([lines.next(), failed])
    if (next.done === true) throw new Error('The server closed the connection.')
    return next.value
  }
  const answer = async () => {
    const status = await line()
    if (!/^(?:\+OK|\+ )/.test(status)) throw new Error(status)
    return status
  }
  return {
    answer,
    command(text: string) {
      socket.write(`${text}\r\n`)
      return answer()
    },
    /** A text of several lines, up to the dot. */
    async text() {
      const read: string[] = []
      for (let next = await line(); next !== '.'; next = await line()) {
        read.push(next.replace(/^\./, ''))
      }
      return read.join('\r\n')
    },
    /** The socket, for TLS to go over it. */
    release() {
      input.close()
      return socket
    },
    end: () => socket.destroy(),
  }
}
