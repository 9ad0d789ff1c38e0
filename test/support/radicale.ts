import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from './daemon.js'
import { withFreePorts } from './free-ports.js'
import { program } from './programs.js'
import type { ServerCertificate } from './server-certificate.js'

/** A server of calendars and contacts on loopback, by https. */
export interface Radicale {
  readonly port: number
  stop(): Promise<void>
}

/** Radicale, at which one person can log in. */
export async function startRadicale(
  { chain, key }: Pick<ServerCertificate, 'chain' | 'key'>,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<Radicale> {
  return withFreePorts(['dav'], async ({ dav: port }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mailprofile-radicale-'))
    const file = (name: string, text: string) => {
      const path = join(folder, name)
      writeFileSync(path, text, { mode: 0o600 })
      return path
    }
    const config = file(
      'config',
      `[server]
hosts = 127.0.0.1:${port}
ssl = True
certificate = ${file('chain.pem', chain)}
key = ${file('key.pem', key)}
[auth]
type = htpasswd
htpasswd_filename = ${file('users', `${username}:${password}\n`)}
htpasswd_encryption = plain
delay = 0
[logging]
level = info
[storage]
filesystem_folder = ${join(folder, 'collections')}
`,
    )
    const daemon = await startDaemon(program('radicale'), ['--config', config], {
      log: join(folder, 'radicale.log'),
      ready: 'Radicale server ready',
    })
    return {
      port,
      async stop() {
        await daemon.stop()
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
      },
    }
  })
}
