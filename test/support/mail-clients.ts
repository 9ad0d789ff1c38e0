import { once } from 'node:events'
import { connect } from 'node:tls'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import type { ReadServer } from '../readers/mail-settings.js'
import { fetchByPop3 } from './pop3-client.js'

/**
 * All messages of a mailbox, by IMAP (imapflow) or POP3.
 *
 * @param ca the only root that is trusted, PEM; the name is checked too
 */
export async function fetchMail(server: ReadServer, ca: string): Promise<string[]> {
  const decided = await decideSecurity(server, ca)
  return server.protocol === 'imap' ? fetchByImap(decided, ca) : fetchByPop3(decided, ca)
}

/** Sends a message by SMTP (nodemailer). */
export async function sendMail(
  server: ReadServer,
  ca: string,
  message: {
    readonly from: string
    readonly to: string
    readonly subject: string
    readonly text: string
  },
): Promise<void> {
  const { host, port, security, authentication, username, password } = await decideSecurity(
    server,
    ca,
  )
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    tls: { ca },
    auth: { user: username, pass: password },
    ...(authentication === 'cram-md5' ? { authMethod: 'CRAM-MD5' } : {}),
  })
  try {
    await transport.sendMail(message)
  } finally {
    transport.close()
  }
}

async function fetchByImap(server: ReadServer, ca: string): Promise<string[]> {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    ...(server.security === 'starttls' ? { doSTARTTLS: true } : {}),
    tls: { ca },
    auth: { user: server.username, pass: server.password },
    logger: false,
  })
  await client.connect()
  try {
    const { exists } = await client.mailboxOpen('INBOX', { readOnly: true })
    const messages = exists === 0 ? [] : await client.fetchAll('1:*', { source: true })
    return messages.map(({ source }) => source?.toString('utf8') ?? '')
  } finally {
    await client.logout()
  }
}

// As iOS does where a profile says only that there is TLS: from the start, and where the server does
// not speak it, by STARTTLS.
async function decideSecurity(server: ReadServer, ca: string): Promise<ReadServer> {
  if (server.security !== 'either') return server
  const { host, port } = server
  const socket = connect({ host, port, servername: host, ca })
  try {
    await once(socket, 'secureConnect')
    return { ...server, security: 'tls' }
  } catch (error) {
    if (!(error instanceof Error && /wrong version number/i.test(error.message))) throw error
    return { ...server, security: 'starttls' }
  } finally {
    socket.destroy()
  }
}
