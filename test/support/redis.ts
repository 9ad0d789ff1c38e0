import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startDaemon, type Daemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'
import type { ServerCertificate } from './server-certificate.js'

/** A Redis server on loopback. */
export interface RedisServer extends Daemon {
  readonly port: number
  /** With neither user nor password. */
  readonly url: string
  /** Ends it as `kill -9` does, without waiting. */
  kill(): void
}

export interface RedisOptions {
  /** For its files. */
  readonly folder: string
  /** Every write is on the disk before it is answered. */
  readonly appendOnly?: boolean
  /** TLS alone, with this certificate. */
  readonly tls?: Pick<ServerCertificate, 'chain' | 'key'>
  /** Users, as ACL SETUSER reads them; then nobody gets in without a name. */
  readonly acl?: readonly string[]
  /** More lines of its configuration. */
  readonly more?: readonly string[]
  /** Where it was before; a free one by default. */
  readonly port?: number
}

const ATTEMPTS = 100
let starts = 0

/** Starts redis-server, with the data that it finds in the folder. */
export function startRedis(options: RedisOptions): Promise<RedisServer> {
  const { port } = options
  return port === undefined
    ? withFreePorts(['redis'], ({ redis }) => start(options, redis))
    : startAgain(options, port)
}

/** Waits until the one before has left its port. */
async function startAgain(options: RedisOptions, port: number): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options, port)
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('in use')
      if (!taken || attempt === ATTEMPTS) throw error
      await sleep(20)
    }
  }
}

async function start(options: RedisOptions, port: number): Promise<RedisServer> {
  const { folder, tls } = options
  const file = join(folder, `redis-${port}.conf`)
  writeFileSync(file, configuration(options, port))
  const daemon = await startDaemon(program('redis-server'), [file], {
    // Of its own: what is ready must be this one, not the one before.
    log: join(folder, `redis-${port}-${++starts}.log`),
    ready: 'Ready to accept connections',
  })
  return {
    ...daemon,
    port,
    url: `${tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`,
    kill: () => void daemon.stop(),
  }
}

function configuration(options: RedisOptions, port: number): string {
  const { folder, appendOnly = false, tls, acl, more = [] } = options
  const lines = ['bind 127.0.0.1', `dir ${folder}`, 'save ""', 'daemonize no']
  if (appendOnly) lines.push('appendonly yes', 'appendfsync always')
  if (tls === undefined) {
    lines.push(`port ${port}`)
  } else {
    const certificate = join(folder, 'redis-certificate.pem')
    const key = join(folder, 'redis-key.pem')
    writeFileSync(certificate, tls.chain)
    writeFileSync(key, tls.key)
    lines.push('port 0', `tls-port ${port}`, 'tls-auth-clients no')
    lines.push(`tls-cert-file ${certificate}`, `tls-key-file ${key}`)
  }
  if (acl !== undefined) lines.push('user default off', ...acl.map((user) => `user ${user}`))
  return [...lines, ...more, ''].join('\n')
}
