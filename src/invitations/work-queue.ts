import { whenAborted } from '../waiting.js'

/** Whose work it is, and whether anybody still waits for it. */
export interface Turn {
  /** What has no more than its share of the places. */
  readonly subject?: string | undefined
  /** Aborted by whoever has gone: a place in the queue is given back, and nothing is done. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Does work in turn; rejects with what `refuse` makes when too much waits already, and with the signal's
 * reason when it is aborted before the work has begun.
 */
export type WorkQueue = <T>(work: () => Promise<T>, turn?: Turn) => Promise<T>

/**
 * Does so many pieces of work at once and lets some more wait, the first that came first.
 *
 * @param atOnce how many at the same time
 * @param waiting how many may wait
 * @param share how many of one subject may be done or wait
 */
export function createWorkQueue(
  atOnce: number,
  waiting: number,
  refuse: () => Error,
  share = Infinity,
): WorkQueue {
  const queue: (() => void)[] = []
  const held = new Map<string, number>()
  let running = 0

  function hold(subject: string, more: 1 | -1): void {
    const count = (held.get(subject) ?? 0) + more
    if (count > share) throw refuse()
    if (count === 0) held.delete(subject)
    else held.set(subject, count)
  }

  async function takePlace(signal: AbortSignal | undefined): Promise<void> {
    if (running < atOnce) {
      running++
      return
    }
    if (queue.length >= waiting) throw refuse()
    // Whoever ends hands its place on, so that nobody who comes then is quicker.
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        forget?.()
        resolve()
      }
      const leave = () => {
        queue.splice(queue.indexOf(go), 1)
        reject(signal?.reason as Error)
      }
      const forget = signal && whenAborted(signal, leave)
      queue.push(go)
    })
  }

  function leavePlace(): void {
    const next = queue.shift()
    if (next === undefined) running--
    else next()
  }

  return async (work, { subject = '', signal } = {}) => {
    signal?.throwIfAborted()
    hold(subject, 1)
    try {
      await takePlace(signal)
      try {
        signal?.throwIfAborted()
        return await work()
      } finally {
        leavePlace()
      }
    } finally {
      hold(subject, -1)
    }
  }
}
