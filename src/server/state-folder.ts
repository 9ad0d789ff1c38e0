import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Config } from '../config/config.js'
import type { Surroundings } from './surroundings.js'

/**
 * Where things lie that nobody configured: the folder that systemd gives a service (`StateDirectory`, which
 * tells it as `$STATE_DIRECTORY`), else a folder with this name beside the configuration file or in a checkout,
 * else the state folder, `$XDG_STATE_HOME/mailprofile` (XDG Base Directory 0.8). Undefined where there is none of
 * them, as for a user of a container whom nobody has entered.
 */
export async function stateFolder(
  name: string,
  { file }: Pick<Config, 'file'>,
  { cwd, env }: Pick<Surroundings, 'cwd' | 'env'>,
): Promise<string | undefined> {
  // Of several, separated by colons, the first.
  const ofService = absolute(env['STATE_DIRECTORY']?.split(':')[0])
  if (ofService !== undefined) return ofService
  if (file !== undefined) return join(dirname(file), name)
  if (await isCheckout(cwd)) return join(cwd, name)
  const state = absolute(env['XDG_STATE_HOME'])
  if (state !== undefined) return join(state, 'mailprofile')
  const home = absolute(env['HOME']) ?? absolute(enteredHome())
  return home && join(home, '.local', 'state', 'mailprofile')
}

// XDG Base Directory: "If an implementation encounters a relative path in any of these variables it
// should consider the path invalid and ignore it."
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}

// `homedir` would give HOME once more, empty as it may be.
function enteredHome(): string | undefined {
  try {
    return userInfo().homedir
  } catch {
    // A user without an entry in passwd.
    return undefined
  }
}

/** The remedy where there is no state folder, without its full stop. */
export const NAME_A_HOME = 'Set HOME or XDG_STATE_HOME to a folder that can be written'

// ENOENT is what Node 20 says of all folders of a path that it is to make on a file system that is read-only.
const NOT_WRITABLE: ReadonlySet<string> = new Set(
  'EACCES EPERM EROFS ENOENT ENOTDIR ENOSPC EDQUOT'.split(' '),
)

/** Whether an error of the file system says that something cannot be written. */
export function isNotWritable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code !== undefined && NOT_WRITABLE.has(code)
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
