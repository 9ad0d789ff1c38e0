import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.js'
import { createDevelopmentIdentity, loadDevelopmentIdentity } from '../signing/development.js'
import type { SigningIdentity } from '../signing/identity.js'
import { loadRenewableIdentity, type RenewableIdentity } from '../signing/renewal.js'
import type { Io } from './io.js'

export interface LoadedIdentity {
  readonly identity: SigningIdentity
  /** In sentences, besides the identity's own. */
  readonly warnings: readonly string[]
  /** For a configured identity: looks for a renewed certificate. */
  readonly renew?: RenewableIdentity['renew']
}

/** What of a logger is used here. */
interface Log {
  info(message: string): void
  warn(message: string): void
}

const RENEWAL_INTERVAL = 30_000

/**
 * The configured signing identity, or the development identity: in `certs` beside the configuration
 * file or in a checkout, else in the state folder; in memory where nothing can be written.
 *
 * @throws MailProfileError as `loadSigningIdentity`
 */
export async function readIdentity(config: Config, io: Io): Promise<LoadedIdentity> {
  const now = io.now()
  if (config.signing !== undefined) {
    return { ...(await loadRenewableIdentity(config.signing, now)), warnings: [] }
  }
  const folder = await developmentFolder(config, io)
  try {
    return { identity: await loadDevelopmentIdentity(folder, now), warnings: [] }
  } catch (error) {
    if (!isNotWritable(error)) throw error
    return {
      identity: await createDevelopmentIdentity({ now }),
      warnings: [
        `The development certificate cannot be kept in ${folder}, so it changes at every start: ` +
          'devices will refuse to replace a profile. Make the folder writable.',
      ],
    }
  }
}

/** Looks for a renewed certificate every 30 seconds and whenever the process is told to. */
export function followRenewals({ renew }: LoadedIdentity, io: Io, log: Log): void {
  if (renew === undefined) return
  const look = async () => {
    const renewal = await renew(io.now())
    if (renewal.outcome === 'replaced') log.info('The renewed signing certificate is in use.')
    if (renewal.outcome === 'replaced with another key') {
      log.warn(
        'The new signing certificate is in use. It has another key: devices will refuse to replace ' +
          'profiles that they have.',
      )
    }
    if (renewal.outcome === 'refused') {
      log.warn(
        `The renewed signing certificate cannot be used, the old one stays: ${renewal.error.message}`,
      )
    }
  }
  const timer = setInterval(() => void look(), RENEWAL_INTERVAL)
  timer.unref()
  io.signal.addEventListener('abort', () => clearInterval(timer))
  io.onReload(() => void look())
}

async function developmentFolder(config: Config, io: Io): Promise<string> {
  if (config.file !== undefined) return join(dirname(config.file), 'certs')
  if (await isCheckout(io.cwd)) return join(io.cwd, 'certs')
  const state = io.env['XDG_STATE_HOME']
  const home = io.env['HOME'] ?? homedir()
  return join(
    state === undefined || state === '' ? join(home, '.local', 'state') : state,
    'mailprofile',
  )
}

async function isCheckout(folder: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      name?: unknown
    }
    return manifest.name === 'mailprofile'
  } catch {
    return false
  }
}

function isNotWritable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR'
}
