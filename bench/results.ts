import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Row } from './support/subject.js'

/** What was measured of a subject. */
export interface Measured {
  /** The day, as 2026-11-28. */
  readonly date: string
  /** Whether rounds were few and short. */
  readonly isQuick: boolean
  readonly seconds: number
  readonly rows: readonly Row[]
}

/** What was measured on a machine: `results.json`. */
export interface Results {
  readonly machine: {
    readonly node: string
    readonly processor: string
    readonly cores: number
  }
  readonly subjects: Readonly<Record<string, Measured>>
}

const FILE = fileURLToPath(new URL('results.json', import.meta.url))

export function thisMachine(): Results['machine'] {
  return {
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }
}

/** What is kept. */
export function readResults(): Results {
  if (!existsSync(FILE)) return { machine: thisMachine(), subjects: {} }
  return JSON.parse(readFileSync(FILE, 'utf8')) as Results
}

/**
 * Keeps what was measured, with what is kept of other subjects.
 *
 * @param names of all subjects that there are, in their order
 * @throws Error when others were measured on another machine: figures of two cannot be compared
 */
export function writeResults(
  measured: Results['subjects'],
  { machine, subjects }: Results,
  names: readonly string[],
): Results {
  const all = { ...subjects, ...measured }
  const kept = names.filter((name) => !(name in measured) && name in subjects)
  if (kept.length > 0 && JSON.stringify(machine) !== JSON.stringify(thisMachine())) {
    throw new Error(`results.json is of another machine. Measure these as well: ${kept.join(' ')}.`)
  }
  const ordered = names.flatMap((name) => {
    const one = all[name]
    return one === undefined ? [] : [[name, one] as const]
  })
  const results = { machine: thisMachine(), subjects: Object.fromEntries(ordered) }
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
  return results
}
