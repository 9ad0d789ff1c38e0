import { once } from 'node:events'
import { connect } from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { ReadServer } from '../readers/mail-settings.js'
import type { MailboxName } from '../support/mail-account.js'
import { fetchMail, sendMail } from '../support/mail-clients.js'
import { mailServers, noMailServers, type MailServers } from '../support/mail-servers.js'
import { BAD_CERTIFICATES } from '../support/server-certificate.js'

const SECURITIES = ['tls', 'starttls'] as const
const CODES: Readonly<Record<keyof typeof BAD_CERTIFICATES, string>> = {
  'for another name': 'ERR_TLS_CERT_ALTNAME_INVALID',
  expired: 'CERT_HAS_EXPIRED',
  'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'without its intermediate': 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
}

function serverOf(
  { ports, mailboxes }: MailServers,
  protocol: ReadServer['protocol'],
  security: (typeof SECURITIES)[number],
  name: MailboxName = 'bob',
): ReadServer {
  const { incomingUsername, outgoingUsername, password } = mailboxes[name]
  return {
    protocol,
    host: 'localhost',
    port: ports[protocol][security],
    security,
    authentication: 'password',
    username: protocol === 'smtp' ? outgoingUsername : incomingUsername,
    password,
  }
}

/** Logs in, and sends a message to the own address by SMTP. */
async function use(servers: MailServers, server: ReadServer, name: MailboxName = 'bob') {
  const { ca, mailboxes } = servers
  const { address } = mailboxes[name]
  if (server.protocol === 'smtp') {
    await sendMail(server, ca, { from: address, to: address, subject: 'Test', text: 'Test' })
  } else {
    await fetchMail(server, ca)
  }
}

async function tlsSocket({ ca, ports }: MailServers, protocol: ReadServer['protocol']) {
  const socket = connect({ host: 'localhost', port: ports[protocol].tls, ca })
  await once(socket, 'secureConnect')
  return socket
}

const EVERY_SERVER = (['imap', 'pop3', 'smtp'] as const).flatMap((protocol) =>
  SECURITIES.map((security) => [protocol, security] as const),
)

describe.skipIf(noMailServers())('the mail servers of the tests', () => {
  const servers = mailServers()

  it.each(EVERY_SERVER)('refuse a wrong password: %s, %s', async (protocol, security) => {
    const server = { ...serverOf(servers(), protocol, security), password: 'wrong' }
    await expect(use(servers(), server)).rejects.toThrow()
    await use(servers(), serverOf(servers(), protocol, security))
  })

  it.each([
    ['imap', 'bob@example.test'],
    ['pop3', 'bob@example.test'],
    ['smtp', 'bob'],
  ] as const)('know bob by one name only: %s', async (protocol, username) => {
    const server = { ...serverOf(servers(), protocol, 'tls'), username }
    await expect(use(servers(), server)).rejects.toThrow()
  })

  it.each(EVERY_SERVER)('are trusted by their own authority only: %s, %s', async (...which) => {
    const server = serverOf(servers(), ...which)
    const stranger = { ...servers(), ca: '' }
    await expect(use(stranger, server)).rejects.toThrow()
  })

  it.each(['imap', 'pop3', 'smtp'] as const)('speak TLS 1.3, with names: %s', async (protocol) => {
    const socket = await tlsSocket(servers(), protocol)
    expect(socket.getProtocol()).toBe('TLSv1.3')
    expect(socket.getPeerCertificate().subjectaltname).toBe('DNS:localhost, DNS:mail.example.test')
    socket.destroy()
  })

  it('take mail for nobody else', async () => {
    const { ca, mailboxes } = servers()
    const message = { from: mailboxes.bob.address, subject: 'Test', text: 'Test' }
    const sent = sendMail(serverOf(servers(), 'smtp', 'tls'), ca, {
      ...message,
      to: 'ann@example.com',
    })
    await expect(sent).rejects.toMatchObject({ responseCode: 554 })
  })

  it('let nobody send in the name of somebody else', async () => {
    const { ca, mailboxes } = servers()
    const [from, to] = [mailboxes.ann.address, mailboxes.bob.address]
    const message = { from, to, subject: 'Test', text: 'Test' }
    const sent = sendMail(serverOf(servers(), 'smtp', 'starttls'), ca, message)
    await expect(sent).rejects.toMatchObject({ responseCode: 553 })
  })
})

describe
  .skipIf(noMailServers())
  .each(Object.entries(BAD_CERTIFICATES) as [keyof typeof BAD_CERTIFICATES, object][])(
  'mail servers with a certificate %s',
  (name, certificate) => {
    const servers = mailServers({ certificate })

    it.each(EVERY_SERVER)('are used by no client: %s, %s', async (...which) => {
      await expect(use(servers(), serverOf(servers(), ...which))).rejects.toThrow()
    })

    it.each(['imap', 'pop3', 'smtp'] as const)('say why: %s', async (protocol) => {
      await expect(tlsSocket(servers(), protocol)).rejects.toMatchObject({ code: CODES[name] })
    })
  },
)

describe.skipIf(noMailServers())('mail servers that are otherwise', () => {
  const servers = mailServers({
    authBeforeTls: true,
    refuseSenders: true,
    mechanisms: ['CRAM-MD5'],
    tlsVersion: 'TLSv1.2',
  })

  it.each(['imap', 'pop3', 'smtp'] as const)('speak TLS 1.2: %s', async (protocol) => {
    const socket = await tlsSocket(servers(), protocol)
    expect(socket.getProtocol()).toBe('TLSv1.2')
    socket.destroy()
  })

  it('refuse every sender', async () => {
    const server = serverOf(servers(), 'smtp', 'tls')
    const sent = use(servers(), { ...server, authentication: 'cram-md5' })
    await expect(sent).rejects.toMatchObject({ responseCode: 553 })
  })

  it('offer CRAM-MD5 before TLS, and nothing else', async () => {
    const server = { ...serverOf(servers(), 'pop3', 'starttls'), security: 'none' as const }
    await expect(use(servers(), server)).rejects.toThrow()
    await use(servers(), { ...server, authentication: 'cram-md5' })
  })
})
