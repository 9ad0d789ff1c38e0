import { execFileSync } from 'node:child_process'
import { appendFileSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './temporary-folder.js'

/** The files of a machine where dpkg installs packages, whose scripts run with the programs of this one. */
export interface DpkgMachine {
  readonly dpkg: (...argv: readonly string[]) => void
  readonly isThere: (path: string) => boolean
  readonly read: (path: string) => string
  readonly write: (path: string, text: string) => void
  readonly remove: (path: string) => void
}

/** Of root alone. */
export function dpkgMachine(): DpkgMachine {
  const folder = temporaryFolder()
  for (const name of ['info', 'updates']) {
    mkdirSync(join(folder, 'var/lib/dpkg', name), { recursive: true })
  }
  writeFileSync(join(folder, 'var/lib/dpkg/status'), '')
  // What an operator has changed stays, as when nobody answers.
  const forced = ['script-chrootless', 'depends', 'confold', 'unsafe-io']
  const how = [`--root=${folder}`, '--log=/dev/null', ...forced.map((name) => `--force-${name}`)]
  return {
    dpkg(...argv) {
      execFileSync('dpkg', [...how, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
    },
    isThere: (path) => lstatSync(join(folder, path), { throwIfNoEntry: false }) !== undefined,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    remove: (path) => {
      rmSync(join(folder, path))
    },
  }
}

/** The same package in a later version, with another text in one of its files. */
export function laterVersion(deb: string, changed: string): string {
  const folder = join(temporaryFolder(), 'later')
  execFileSync('dpkg-deb', ['-R', deb, folder])
  const control = join(folder, 'DEBIAN/control')
  const text = readFileSync(control, 'utf8')
  writeFileSync(control, text.replace(/^Version: .*/m, 'Version: 99.0.0-1'))
  appendFileSync(join(folder, changed), '# Of the later version.\n')
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', folder, `${folder}.deb`])
  return `${folder}.deb`
}
