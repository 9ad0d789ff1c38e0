/**
 * Waits for work no longer than a time; the work itself goes on.
 *
 * @param late what comes of it when the time is over; it may throw
 */
export async function within<T, L>(
  milliseconds: number,
  work: Promise<T>,
  late: () => L,
): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  let turn: NodeJS.Immediate | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      // Perhaps this process was busy: what has arrived meanwhile is read before this.
      turn = setImmediate(resolve)
    }, milliseconds)
  })
  try {
    return await Promise.race([work, over.then(late)])
  } finally {
    clearTimeout(timer)
    clearImmediate(turn)
  }
}

/** Waits for work no longer than a signal allows, then rejects with its reason; the work itself goes on. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
