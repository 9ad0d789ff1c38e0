import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRedisAddress } from '../../src/store/redis/address.js'
import { BACKUP_PERMISSION, REDIS_PERMISSIONS } from '../../src/store/redis/scripts.js'
import { openRedisStore } from '../../src/store/redis/store.js'
import { refusal } from '../support/errors.js'
import { withFreePorts } from '../support/free-ports.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { add, newCall, newInvitation } from '../support/stores.js'
import { suite } from '../support/suite.js'

const PASSWORD = 'p%s s/@:#'
const DIST = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What the operator is told, without the port. */
async function sentence(url: string): Promise<string> {
  const { code, message, hint, field } = await refusal(() => openRedisStore(url))
  expect({ code, field }).toEqual({ code: 'store_unavailable', field: 'store' })
  return `${message} ${hint ?? ''}`.replace(/:\d+/, '')
}

describe('the address of a Redis store', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, tls: false, database: 0 }],
    ['rediss://redis.example.com:7000/', { port: 7000, tls: true, database: 0 }],
    ['redis://[::1]:6380/15', { host: '::1', port: 6380, database: 15, place: '[::1]:6380' }],
    ['redis://app:a%25b%40c%2F@localhost/2', { username: 'app', password: 'a%b@c/', database: 2 }],
    ['redis://:secret@localhost', { password: 'secret' }],
  ])('%s', (text, expected) => {
    expect(parseRedisAddress(text)).toMatchObject(expected)
  })

  it.each([
    'redis.example.com',
    'http://secret@localhost',
    'redis://',
    'redis://u:secret%@localhost',
    'redis://secret@localhost',
    'redis://u:secret@localhost/main',
    'redis://u:secret@localhost/1/2',
    'redis://u:secret@localhost?db=1',
    'redis://u:secret@localhost#1',
  ])('is not %s', async (text) => {
    const { code, message, hint } = await refusal(() => openRedisStore(text))
    expect(code).toBe('invalid_configuration')
    expect(`${message} ${hint ?? ''}`).not.toContain('secret')
  })
})

describe('a start without Redis', () => {
  const silent: Socket[] = []
  const servers: Server[] = []
  afterAll(() => {
    for (const socket of silent) socket.destroy()
    for (const server of servers) server.close()
  })

  /** A server that says one thing to whoever connects. */
  function saying(text: string): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      silent.push(socket)
      socket.on('data', () => socket.write(text))
    })
    servers.push(server)
    return listening(server)
  }

  it('says that nothing listens there', async () => {
    await withFreePorts(['none'], async ({ none }) => {
      expect(await sentence(`redis://u:secret@127.0.0.1:${none}`)).toBe(
        'The store at 127.0.0.1 cannot be reached: nothing listens there. ' +
          'Check that Redis 7.0 or Valkey runs there, and the address of the store.',
      )
    })
  })

  it('says that it is a web server', async () => {
    const server = createHttpServer((_request, response) => response.end('hello'))
    servers.push(server)
    const place = await listening(server)
    expect(await sentence(`redis://${place}`)).toContain('127.0.0.1 is not Redis.')
    expect(await sentence(`rediss://${place}`)).toBe(
      'The store at 127.0.0.1 does not speak TLS. Without TLS, the address begins with redis://.',
    )
  })

  it.each([
    ["-ERR unknown command 'HELLO'\r\n", 'is older than Redis 7.0.'],
    [
      greeting({ version: '6.2.14', role: 'master', mode: 'standalone' }),
      'is Redis 6.2.14. mailprofile needs Redis 7.0 or newer, or Valkey.',
    ],
    [greeting({ version: '7.2.4', mode: 'sentinel' }), 'is a Sentinel. Name the primary'],
    ['-LOADING Redis is loading the dataset in memory\r\n', 'is still reading its data.'],
    ['-DENIED Redis is running in protected mode\r\n', 'answers its own machine only'],
    ['-ERR max number of clients reached\r\n', 'has too many clients.'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'is not Redis.'],
  ])('understands %j', async (text, expected) => {
    expect(await sentence(`redis://${await saying(text)}`)).toContain(expected)
  })

  it('does not wait for long where nobody answers', async () => {
    expect(await sentence(`redis://${await saying('')}`)).toContain('does not answer.')
  })
})

/** An answer to HELLO. */
function greeting(fields: Readonly<Record<string, string>>): string {
  const entries = Object.entries(fields).flat()
  return `%${entries.length / 2}\r\n${entries.map((entry) => `$${entry.length}\r\n${entry}\r\n`).join('')}`
}

describe.skipIf(isMissing('redis-server'))('a start with Redis', () => {
  const folder = suite((path) => path)
  const granted = REDIS_PERMISSIONS.split(' ')
  // Those that only rate limits use, a database other than the first, and replicas.
  const elsewhere = ['+select', '+incrby', '+pttl', '+expire', '+wait']
  let redis: RedisServer
  const as = (user: string, password = 'x') =>
    redis.url.replace('://', `://${user}:${encodeURIComponent(password)}@`)

  beforeAll(async () => {
    const needed = granted.filter((permission) => !elsewhere.includes(permission))
    redis = await startRedis({
      folder: folder(),
      acl: [
        `app on #${await sha256(PASSWORD)} ${REDIS_PERMISSIONS}`,
        `backup on >x ${REDIS_PERMISSIONS} ${BACKUP_PERMISSION}`,
        ...needed.map(
          (missing, i) => `less${i} on >x ${granted.filter((one) => one !== missing).join(' ')}`,
        ),
      ],
    })
  })
  afterAll(async () => {
    await redis.stop()
  })

  it('works as a user who may do just what is needed', async () => {
    const store = await openRedisStore(`${as('app', PASSWORD)}/3`)
    const invitation = newInvitation({ passcode: true, downloads: 2, reference: 'one' })
    const { id, maker } = invitation
    const call = newCall()
    expect((await store.create(invitation, call)).outcome).toBe('created')
    expect((await store.create(newInvitation(), call)).outcome).toBe('repeated')
    expect(await store.takeTry(id)).toMatchObject({ changed: true })
    expect(await store.unlock(id)).toMatchObject({ record: { passcode: { triesLeft: 5 } } })
    expect(await store.reseal(id, Buffer.from('resealed'))).toMatchObject({ changed: true })
    expect(await store.claim(id)).toMatchObject({ changed: true, state: 'opened' })
    expect(await store.claim(id)).toMatchObject({ changed: true, state: 'spent' })
    expect(await store.revoke(await add(store))).toMatchObject({ changed: true })
    const own = await add(store, { tenant: 'setup.school.example' })
    const ofTenant = await store.list({ tenant: 'setup.school.example', limit: 5 })
    expect(ofTenant.invitations.map(({ record }) => record.id)).toEqual([own])
    expect((await store.list({ maker, reference: 'one', limit: 5 })).invitations).toHaveLength(1)
    await store.check()
    await store.close()
  })

  it('looks through its keys for a backup as a user who may do that too', async () => {
    const store = await openRedisStore(as('app', PASSWORD))
    const first = () => store.entries()[Symbol.asyncIterator]().next()
    expect(await refusal(first)).toMatchObject({
      code: 'store_unavailable',
      message: `The store at 127.0.0.1:${redis.port} does not allow this user to look through its keys.`,
      hint: `ACL SETUSER grants it with: ${BACKUP_PERMISSION}`,
    })
    await store.close()
    const other = await openRedisStore(as('backup'))
    const id = await add(other)
    const found: unknown[] = []
    for await (const entry of other.entries()) found.push(entry)
    expect(found).toMatchObject([{ record: { id } }])
    await other.close()
  })

  it('says that name or password are wrong', async () => {
    expect(await sentence(as('app', 'secret'))).toBe(
      'The store at 127.0.0.1 refuses the user name or the password. Correct both in the address of the store.',
    )
    expect(await sentence(redis.url)).toContain('wants a password.')
  })

  it('says what a user has to be allowed, whatever is missing', async () => {
    const users = granted.filter((permission) => !elsewhere.includes(permission))
    const expected = {
      code: 'store_unavailable',
      message: `The store at 127.0.0.1:${redis.port} does not allow this user everything that is needed.`,
      hint: `ACL SETUSER grants it with: ${REDIS_PERMISSIONS}`,
    }
    await Promise.all(
      users.map(async (missing, i) => {
        const error = await refusal(() => openRedisStore(as(`less${i}`))).catch(() => 'allowed')
        expect([missing, error]).toEqual([missing, expect.objectContaining(expected)])
      }),
    )
  })

  it('says that a user may not wait for replicas, where there have to be some', async () => {
    const without = granted.filter((permission) => permission !== '+wait').join(' ')
    const server = await startRedis({ folder: folder(), acl: [`less on >x ${without}`] })
    const url = server.url.replace('://', '://less:x@')
    await (await openRedisStore(url)).close()
    const error = await refusal(() => openRedisStore(url, { replicas: 1 }))
    expect(error).toMatchObject({
      code: 'store_unavailable',
      hint: `ACL SETUSER grants it with: ${REDIS_PERMISSIONS}`,
    })
    await server.stop()
  })

  it('says that there are fewer databases', async () => {
    expect(await sentence(`${as('app', PASSWORD)}/99`)).toContain('has no database of that number.')
  })

  it('refuses a replica, and a part of a cluster', async () => {
    const replica = await startRedis({ folder: folder(), more: ['replicaof 127.0.0.1 1'] })
    expect(await sentence(replica.url)).toContain('is a replica that may not be written.')
    await replica.stop()
    const node = await startRedis({ folder: folder(), more: ['cluster-enabled yes'] })
    expect(await sentence(node.url)).toContain('is part of a Redis Cluster.')
    await node.stop()
  })

  it('speaks TLS, with the authorities that Node knows', async () => {
    const certificate = commonServerCertificate()
    const ca = join(folder(), 'ca.pem')
    writeFileSync(ca, certificate.ca)
    const server = await startRedis({ folder: folder(), tls: certificate })
    try {
      const url = server.url.replace('127.0.0.1', 'localhost')
      expect(await sentence(url)).toContain(
        'has a certificate that is not trusted (UNABLE_TO_GET_ISSUER_CERT_LOCALLY).',
      )
      expect(await sentence(url.replace('rediss', 'redis'))).toContain('closed the connection.')
      // Its certificate is for a name.
      const program = `import { openStore } from ${JSON.stringify(DIST)}
        const store = await openStore(process.argv[1])
        await store.check()
        await store.close()
        const other = await openStore(process.argv[2]).catch((error) => error.message)
        console.log(other)`
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', program, url, server.url],
        { env: { NODE_EXTRA_CA_CERTS: ca } },
      )
      expect(stdout).toContain('is not trusted (ERR_TLS_CERT_ALTNAME_INVALID).')
    } finally {
      await server.stop()
    }
  })
})

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Buffer.from(digest).toString('hex')
}
