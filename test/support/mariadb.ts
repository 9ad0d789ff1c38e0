import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon, type Daemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'
import type { ServerCertificate } from './server-certificate.js'

export const MARIADB_PASSWORD = 'of the mail user'

/** MariaDB on loopback, with a user and a database that are called mail. */
export interface Mariadb extends Daemon {
  readonly port: number
  /** Without a password. */
  readonly url: string
}

/**
 * @param options.folder a new one
 * @param options.sql what makes the tables
 */
export function startMariadb(options: {
  readonly folder: string
  readonly sql: string
  readonly tls?: Pick<ServerCertificate, 'chain' | 'key'> | undefined
}): Promise<Mariadb> {
  const { folder, sql, tls } = options
  const data = join(folder, 'mariadb')
  mkdirSync(data)
  execFileSync(
    program('mariadb-install-db'),
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--user=root',
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: 'pipe' },
  )
  const file = join(folder, 'mariadb.sql')
  writeFileSync(
    file,
    `set names utf8mb4;
create database mail character set utf8mb4;
create user mail@'%' identified by '${MARIADB_PASSWORD}';
grant select on mail.* to mail@'%';
use mail;
${sql}`,
  )
  const argv = ['--no-defaults', `--datadir=${data}`, '--user=root', `--init-file=${file}`]
  argv.push('--bind-address=127.0.0.1', `--socket=${join(folder, 'mariadb.sock')}`)
  argv.push(`--pid-file=${join(folder, 'mariadb.pid')}`, '--innodb-flush-log-at-trx-commit=0')
  argv.push('--skip-name-resolve', '--innodb-buffer-pool-size=8M')
  if (tls !== undefined) {
    writeFileSync(join(folder, 'mariadb-certificate.pem'), tls.chain)
    writeFileSync(join(folder, 'mariadb-key.pem'), tls.key)
    argv.push(`--ssl-cert=${join(folder, 'mariadb-certificate.pem')}`)
    argv.push(`--ssl-key=${join(folder, 'mariadb-key.pem')}`)
  }
  return withFreePorts(['mariadb'], async ({ mariadb }) => {
    const daemon = await startDaemon(program('mariadbd'), [...argv, `--port=${mariadb}`], {
      log: join(folder, 'mariadb.log'),
      ready: 'ready for connections',
    })
    return { ...daemon, port: mariadb, url: `mysql://mail@127.0.0.1:${mariadb}/mail` }
  })
}
