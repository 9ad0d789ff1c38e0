/** Does work in turn; rejects with what `refuse` makes when too much waits already. */
export type WorkQueue = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Does so many pieces of work at once and lets some more wait, the first that came first.
 *
 * @param atOnce how many at the same time
 * @param waiting how many may wait
 */
export function createWorkQueue(atOnce: number, waiting: number, refuse: () => Error): WorkQueue {
  const queue: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw refuse()
      // Whoever ends hands its place on, so that nobody who comes then is quicker.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
