import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { program } from './programs.js'
import { runFolder } from './shared.js'

/** Debian 13, which has the Node that is needed. */
const SUITE = 'trixie'
const POLL = 500

/** An archive of the files of a Debian with what is essential, or why there is none. */
export type BareDebian = { readonly archive: string } | { readonly missing: string }

/** Made once for all files of a run, by whoever asks first: as root, from Debian's own mirror. */
export async function bareDebian(): Promise<BareDebian> {
  const [archive, lock, missing] = ['tar', 'lock', 'missing'].map((ending) =>
    join(runFolder(), `bare-debian.${ending}`),
  ) as [string, string, string]
  const isDone = () => existsSync(archive) || existsSync(missing)
  if (!isDone() && isFirst(lock)) make(archive, missing)
  while (!isDone()) await sleep(POLL)
  return existsSync(archive) ? { archive } : { missing: readFileSync(missing, 'utf8') }
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
}

function make(archive: string, missing: string): void {
  const machine = mkdtempSync(join(tmpdir(), 'mailprofile-debian-'))
  // Nobody in particular has to get in.
  chmodSync(machine, 0o755)
  try {
    const made = spawnSync(program('debootstrap'), ['--variant=minbase', SUITE, machine], {
      encoding: 'utf8',
    })
    // That is the network's, not ours.
    if (made.status !== 0) {
      writeFileSync(
        missing,
        `Debian cannot be reached: ${made.stdout.trim().split('\n').at(-1) ?? ''}`,
      )
      return
    }
    const part = `${archive}.part`
    execFileSync('tar', ['--numeric-owner', '-C', machine, '-cf', part, '.'])
    renameSync(part, archive)
  } finally {
    rmSync(machine, { recursive: true })
  }
}
