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
