import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BIN } from './places.js'
import { residentOf } from './resident.js'

// As often as its memory is looked at, the most of which the system keeps.
const LOOK_MILLISECONDS = 50

export interface BatchRun {
  readonly seconds: number
  /** Resident memory at most, in megabytes. */
  readonly memory: number
}

/** Writes a list of so many people. */
export function writeList(folder: string, lines: number): string {
  const path = join(folder, `people-${lines}.csv`)
  const rows = Array.from(
    { length: lines },
    (_, n) => `person${String(n).padStart(6, '0')}@btinternet.com,Person Number ${n}\n`,
  )
  writeFileSync(path, `address,name\n${rows.join('')}`)
  return path
}

/**
 * Runs `mailprofile batch` into a new folder, in a process of its own, from its start to its end.
 *
 * @throws Error when it did not do everything
 */
export async function runBatch(
  folder: string,
  list: string,
  argv: readonly string[],
): Promise<BatchRun> {
  const out = join(folder, 'out')
  const begin = performance.now()
  const child = spawn(
    process.execPath,
    [BIN, 'batch', list, '--out', out, '--quiet', '--json', ...argv],
    { cwd: folder, env: { XDG_STATE_HOME: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  let memory = 0
  const look = setInterval(() => {
    memory = Math.max(memory, residentOf(child.pid ?? 0)?.most ?? 0)
  }, LOOK_MILLISECONDS)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearInterval(look)
  const seconds = (performance.now() - begin) / 1000
  if (code !== 0 || !readdirSync(out).includes('results.csv')) {
    throw new Error(`batch failed:\n${said}`)
  }
  rmSync(out, { recursive: true })
  return { seconds, memory }
}
