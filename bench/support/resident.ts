import { readFileSync } from 'node:fs'

export interface Resident {
  readonly now: number
  readonly most: number
}

/** The resident memory of a process in megabytes, now and at most so far; undefined when it has ended. Linux only. */
export function residentOf(pid: number): Resident | undefined {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return undefined
  }
  const of = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  const [now, most] = [of('VmRSS'), of('VmHWM')]
  // One that has ended, and that nobody has taken notice of, has none.
  return Number.isNaN(now) ? undefined : { now, most }
}
