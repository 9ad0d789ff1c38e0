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
    const forget = whenAborted(signal, stop)
    work.then(resolve, reject).finally(forget)
  })
}

/** All that wait for a signal, in the one listener that it has of them. */
class Waiting {
  readonly #calls = new Set<() => void>()
  readonly #signal: AbortSignal
  readonly #callAll = () => this.#calls.forEach((call) => call())

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  add(call: () => void): void {
    if (this.#calls.size === 0) this.#signal.addEventListener('abort', this.#callAll)
    this.#calls.add(call)
  }

  delete(call: () => void): void {
    this.#calls.delete(call)
    if (this.#calls.size === 0) this.#signal.removeEventListener('abort', this.#callAll)
  }
}

const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls back once when a signal is aborted, and never where it was before. However many wait for it, it has one
 * listener of them all: Node warns of a leak where there are more than ten, and a program may well have one signal
 * for all that it does.
 *
 * @returns what ends it
 */
export function whenAborted(signal: AbortSignal, call: () => void): () => void {
  const others = waiting.get(signal) ?? new Waiting(signal)
  waiting.set(signal, others)
  const once = () => {
    others.delete(once)
    call()
  }
  others.add(once)
  return () => others.delete(once)
}
