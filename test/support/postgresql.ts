import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startDaemon, type Daemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'
import type { ServerCertificate } from './server-certificate.js'

export const POSTGRESQL_PASSWORD = 'of the mail user'

/** PostgreSQL on loopback, with a user and a database that are called mail. */
export interface Postgresql extends Daemon {
  readonly port: number
  /** Without a password. */
  readonly url: string
}

/**
 * @param options.folder a new one, the parents of which everybody may enter
 * @param options.sql what makes the tables
 */
export function startPostgresql(options: {
  readonly folder: string
  readonly sql: string
  readonly tls?: Pick<ServerCertificate, 'chain' | 'key'> | undefined
}): Promise<Postgresql> {
  const { folder, sql, tls } = options
  const data = join(folder, 'postgresql')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, POSTGRESQL_PASSWORD)
  mkdirSync(data)
  // It refuses to run as root.
  const { uid, gid } = postgresUser()
  chmodSync(folder, 0o755)
  chownSync(data, uid, gid)
  const as = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups']
  execFileSync(
    program('setpriv'),
    [
      ...as,
      program('initdb'),
      '-D',
      data,
      '-U',
      'mail',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
    ].concat(['--auth=scram-sha-256', `--pwfile=${passwordFile}`]),
    { stdio: 'pipe' },
  )
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories=']
  if (tls !== undefined) {
    const files = { ssl_cert_file: tls.chain, ssl_key_file: tls.key }
    settings.push('ssl=on')
    for (const [name, content] of Object.entries(files)) {
      const file = join(data, `${name}.pem`)
      writeFileSync(file, content, { mode: 0o600 })
      chownSync(file, uid, gid)
      settings.push(`${name}=${file}`)
    }
  }
  return withFreePorts(['postgresql'], async ({ postgresql }) => {
    const argv = ['-D', data, '-p', String(postgresql), ...settings.flatMap((one) => ['-c', one])]
    const daemon = await startDaemon(program('setpriv'), [...as, program('postgres'), ...argv], {
      log: join(folder, 'postgresql.log'),
      ready: 'database system is ready to accept connections',
    })
    const url = `postgres://mail@127.0.0.1:${postgresql}/mail`
    await fill(postgresql, sql)
    return { ...daemon, port: postgresql, url }
  })
}

async function fill(port: number, sql: string): Promise<void> {
  const of = { host: '127.0.0.1', port, user: 'mail', password: POSTGRESQL_PASSWORD }
  const first = new pg.Client({ ...of, database: 'postgres' })
  await first.connect()
  await first.query('create database mail')
  await first.end()
  const client = new pg.Client({ ...of, database: 'mail' })
  await client.connect()
  await client.query(sql)
  await client.end()
}

function postgresUser(): { readonly uid: number; readonly gid: number } {
  const id = (option: string) =>
    Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}
