import { writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import { DirectoryTrouble } from '../../src/directory/trouble.js'
import type { DirectorySettings } from '../support/directory-servers.js'
import { pour, startLyingServer } from '../support/lying-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { listed, withDirectory } from './conformance.js'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const end of ends.splice(0)) await end()
})

const LDAP = (port: number) => ({
  ldap: { url: `ldap://localhost:${port}`, base: 'dc=example,dc=com' },
})
const SQL = (scheme: string) => (port: number) => ({
  sql: {
    url: `${scheme}://mail:secret@localhost:${port}/mail`,
    query: 'select name from people where address = %EMAILADDRESS%',
    list: 'select address, name from people',
  },
})
const KINDS: Readonly<Record<string, (port: number) => DirectorySettings>> = {
  LDAP,
  'LDAP with StartTLS': (port) => ({ ...LDAP(port), tls: true }),
  LDAPS: (port) => ({
    ldap: { url: `ldaps://localhost:${port}`, base: 'dc=example,dc=com' },
  }),
  PostgreSQL: SQL('postgres'),
  'PostgreSQL with TLS': (port) => ({ ...SQL('postgres')(port), tls: true }),
  MariaDB: SQL('mariadb'),
  'MariaDB with TLS': (port) => ({ ...SQL('mariadb')(port), tls: true }),
}

/** Why a server that behaves so gives no answer; it has a second for it. */
async function trouble(
  settings: (port: number) => DirectorySettings,
  behave: (socket: Socket, first: Promise<Buffer>) => unknown,
): Promise<string> {
  const server = await startLyingServer(behave)
  ends.push(() => server.stop())
  return withDirectory({ ...settings(server.port), timeout: 1 }, async (people) => {
    const found = people.find(parseAddress('ann@example.com'))
    const [error] = await Promise.all([
      people.check().catch((thrown: unknown) => thrown),
      expect(found).rejects.toMatchObject({ code: 'directory_unavailable' }),
      expect(listed(people, '*')).rejects.toMatchObject({ code: 'directory_unavailable' }),
    ])
    expect(error).toBeInstanceOf(DirectoryTrouble)
    return (error as DirectoryTrouble).message
  })
}

// ITU-T X.690, section 8.1.3: a message of two thousand million bytes, of which the first come.
const ENDLESS_MESSAGE = Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x02, 1, 2, 0x64, 0x84])
const SUCCESS = Buffer.from([0x30, 12, 0x02, 1, 1, 0x78, 7, 0x0a, 1, 0, 0x04, 0, 0x04, 0])
const REFUSED = Buffer.from([0x30, 12, 0x02, 1, 1, 0x78, 7, 0x0a, 1, 52, 0x04, 0, 0x04, 0])

describe.each(Object.entries(KINDS))('a server of %s', (_name, settings) => {
  it('that says nothing is waited for as long as allowed', async () => {
    expect(await trouble(settings, () => undefined)).toBe('It did not answer in time.')
  })

  it('that closes the connection gives no answer', async () => {
    expect(await trouble(settings, (socket) => socket.end())).toMatch(/^It (?:failed|closed)/)
  })

  it('that says what makes no sense without an end gives no answer', async () => {
    const before = process.memoryUsage().arrayBuffers
    await trouble(settings, (socket) => pour(socket, Buffer.alloc(64 * 1024, 'no sense ')))
    await trouble(settings, (socket, first) => {
      void first.then(() => {
        socket.write(ENDLESS_MESSAGE)
        pour(socket, Buffer.alloc(64 * 1024, 0x30))
      })
    })
    // What a socket holds is there for a while; a second would bring thousands of megabytes.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(512 * 1024 * 1024)
  })
})

describe('StartTLS', () => {
  const settings = KINDS['LDAP with StartTLS'] ?? LDAP

  it.each([
    ['is refused', REFUSED],
    ['is answered with words that belong to nobody', Buffer.concat([SUCCESS, ENDLESS_MESSAGE])],
    ['is answered by something else', Buffer.from('+OK Begin TLS negotiation now.\r\n')],
    ['is answered for another message', Buffer.from(SUCCESS.map((b, i) => (i === 4 ? 7 : b)))],
    ['is answered with a length that is none', Buffer.from([0x30, 0x80, 0, 0])],
  ])('that %s ends the connection', async (_what, answer) => {
    const sent: Buffer[] = []
    const message = await trouble(settings, (socket, first) => {
      socket.on('data', (chunk: Buffer) => sent.push(chunk))
      void first.then(() => socket.write(answer))
    })
    expect(message).toBe('It does not begin TLS.')
    // Neither a name nor a password has been said: two requests for TLS, and nothing else.
    expect(Buffer.concat(sent).toString('latin1')).not.toContain('example')
  })

  it('is followed by TLS and by nothing in clear', async () => {
    const sent: Buffer[] = []
    await trouble(settings, (socket, first) => {
      void first.then(() => {
        socket.on('data', (chunk: Buffer) => sent.push(chunk))
        socket.write(SUCCESS)
      })
    })
    // RFC 8446, section 5.1: a record of the handshake.
    expect(sent[0]?.[0]).toBe(0x16)
  })
})

describe('a server of MariaDB', () => {
  it('is not told the password in clear, whatever it asks for', async () => {
    const sent: Buffer[] = []
    await trouble(SQL('mariadb'), (socket) => {
      socket.on('data', (chunk: Buffer) => {
        sent.push(chunk)
        // Protocol::AuthSwitchRequest
        const name = Buffer.from('\xfemysql_clear_password\0', 'latin1')
        socket.write(Buffer.concat([packet(2, name)]))
      })
      socket.write(packet(0, GREETING))
    })
    expect(sent.length).toBeGreaterThan(0)
    expect(Buffer.concat(sent).toString('latin1')).not.toContain('secret')
  })
})

describe.each([
  ['PostgreSQL', Buffer.from('N')],
  ['MariaDB', undefined],
])('a server of %s without TLS', (name, refusal) => {
  it('is not told who asks, where TLS is wanted', async () => {
    const sent: Buffer[] = []
    const settings = KINDS[`${name} with TLS`] ?? LDAP
    const message = await trouble(settings, (socket) => {
      socket.on('data', (chunk: Buffer) => {
        sent.push(chunk)
        if (refusal !== undefined) socket.write(refusal)
      })
      if (refusal === undefined) socket.write(packet(0, GREETING))
    })
    expect(message).toMatch(/^It failed(?: with HANDSHAKE_NO_SSL_SUPPORT)?\.$/)
    expect(Buffer.concat(sent).toString('latin1')).not.toContain('mail')
  })
})

function packet(sequence: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([body.length, 0, 0, sequence]), body])
}

// Protocol::HandshakeV10 with CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION and CLIENT_PLUGIN_AUTH.
const GREETING = Buffer.concat([
  Buffer.from('\x0a8.0.0\0', 'latin1'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('12345678\0', 'latin1'),
  Buffer.from([0x00, 0x82, 0x21, 2, 0, 0x08, 0, 21]),
  Buffer.alloc(10),
  Buffer.from('123456789012\0', 'latin1'),
  Buffer.from('mysql_native_password\0', 'latin1'),
])

describe('a server of PostgreSQL', () => {
  it('is told no password but that of the configuration', async () => {
    const file = join(temporaryFolder(), 'pgpass')
    writeFileSync(file, '*:*:*:*:of-the-home\n', { mode: 0o600 })
    vi.stubEnv('PGPASSFILE', file)
    const said: string[] = []
    const behave = (socket: Socket, first: Promise<Buffer>) =>
      first.then(() => {
        socket.once('data', (bytes) => {
          said.push(bytes.toString('latin1'))
          socket.destroy()
        })
        // AuthenticationCleartextPassword.
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      })
    const withoutPassword = (port: number) => {
      const { url, ...statements } = SQL('postgres')(port).sql
      return { sql: { ...statements, url: url.replace(':secret', '') } }
    }
    for (const environment of [undefined, 'of-the-environment']) {
      vi.stubEnv('PGPASSWORD', environment)
      await trouble(withoutPassword, behave)
    }
    await trouble(SQL('postgres'), behave)
    const [empty, given] = ['p\0\0\0\x05\0', 'p\0\0\0\x0bsecret\0']
    expect([...new Set(said)]).toEqual([empty, given])
  })
})
