import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.js'
import type { Io } from './io.js'

/**
 * Where things lie that nobody configured: a folder with this name beside the configuration file or
 * in a checkout, else the state folder, `$XDG_STATE_HOME/mailprofile`.
 */
export async function stateFolder(
  name: string,
  { file }: Pick<Config, 'file'>,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<string> {
  if (file !== undefined) return join(dirname(file), name)
  if (await isCheckout(cwd)) return join(cwd, name)
  const state = env['XDG_STATE_HOME']
  const home = env['HOME'] ?? homedir()
  return join(
    state === undefined || state === '' ? join(home, '.local', 'state') : state,
    'mailprofile',
  )
}

/** Whether an error of the file system says that something cannot be written. */
export function isNotWritable(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR'
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
