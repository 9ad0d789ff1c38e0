import type { BatchCounts } from '../../batch/run/counts.js'
import type { Io } from '../io.js'
import { tell, writeStyled } from '../output.js'

const TERMINAL_INTERVAL = 200
const LINE_INTERVAL = 10_000

export interface Progress {
  /** @param share how much of the list has been read, 0 to 1, where that is known */
  tell(counts: BatchCounts, share: number | undefined): void
  /** Leaves the line of a terminal. */
  end(): Promise<void>
}

/** How far a run is: on a terminal in one line that changes, else in a line every ten seconds. */
export function progressOn(stderr: Io['stderr'], elapsed: () => number): Progress {
  const begin = elapsed()
  const isTerminal = stderr.isTTY === true
  const interval = isTerminal ? TERMINAL_INTERVAL : LINE_INTERVAL
  let last = begin
  let shown = false
  // A terminal may be closed meanwhile.
  const show = (text: string) => writeStyled(stderr, text).catch(() => undefined)
  return {
    tell(counts, share) {
      const now = elapsed()
      if (now - last < interval) return
      last = now
      shown = true
      const line = progressLine(counts, share, (now - begin) / 1000)
      // The line before may have been longer.
      if (isTerminal) void show(`\r${line}\u001b[K`)
      else void tell(stderr, `${line}\n`)
    },
    async end() {
      if (isTerminal && shown) await show('\r\u001b[K')
    },
  }
}

/** @param seconds since the run began */
export function progressLine(
  { rows, rejected }: Pick<BatchCounts, 'rows' | 'rejected'>,
  share: number | undefined,
  seconds: number,
): string {
  const rate = rows / Math.max(seconds, 0.001)
  const total = share === undefined || share <= 0 ? undefined : Math.round(rows / share)
  const left = total === undefined ? undefined : (total - rows) / Math.max(rate, 0.001)
  return [
    total === undefined ? `${rows} done` : `${rows} of about ${Math.max(total, rows)} done`,
    `${Math.round(rate)} a second`,
    ...(left === undefined ? [] : [`${duration(left)} left`]),
    ...(rejected === 0 ? [] : [`${rejected} rejected`]),
  ].join(', ')
}

function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
