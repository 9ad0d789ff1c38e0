/**
 * Works on several items at once, and gives what came of them in their order. However it ends, nothing is under way any
 * more then.
 *
 * @param width how many are worked on, or wait to be taken
 * @throws what the items or the work threw
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<readonly [T, R]> {
  const underWay: (readonly [T, Promise<R>])[] = []
  try {
    for await (const item of items) {
      const result = work(item)
      // Whoever takes it is told; until then nobody listens.
      result.catch(() => undefined)
      underWay.push([item, result])
      if (underWay.length >= width) yield* next(underWay)
    }
    while (underWay.length > 0) yield* next(underWay)
  } finally {
    await Promise.allSettled(underWay.map(([, result]) => result))
  }
}

async function* next<T, R>(
  underWay: (readonly [T, Promise<R>])[],
): AsyncGenerator<readonly [T, R]> {
  const first = underWay.shift()
  if (first !== undefined) yield [first[0], await first[1]]
}

/**
 * Does something with each item, a few at once.
 *
 * @throws what the work threw first: after that nothing is begun, and what was begun has ended
 */
export async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  const failures: unknown[] = []
  const workOn = async () => {
    for (const item of rest) {
      await work(item).catch((error: unknown) => failures.push(error))
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({ length: width }, workOn))
  if (failures.length > 0) throw failures[0]
}
