import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * A folder with what the repository has of its own, as it is now: a clone before anything was installed.
 *
 * @param folder one that goes away with the test by default
 */
export function cleanCopy(folder = temporaryFolder()): string {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  )
  for (const name of listed.split('\0').filter((one) => one !== '')) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  return folder
}

/** The environment less what an npm that runs this tells its children of this project. */
export function environmentForNpm(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_(?:registry|cache|userconfig)$)/i.test(name),
  )
  return Object.fromEntries(entries)
}
