import type { CheckCode } from './causes.js'

/** Ends a step, and with it the check of its server; never leaves this room. */
export class Failure extends Error {
  override readonly name = 'Failure'

  /** What a server said, as it came: never to be shown without `cleanServerText`. */
  readonly said: string | undefined
  /** What it may be as well, as far as can be told. */
  readonly also: readonly CheckCode[]

  /** @param detail what was seen: printable, without anything private */
  constructor(
    readonly code: CheckCode,
    readonly detail?: string,
    { said, also = [] }: { readonly said?: string; readonly also?: readonly CheckCode[] } = {},
  ) {
    super(code)
    this.said = said
    this.also = also
  }
}

/**
 * Runs work that has to end in time: when it does not, the signal aborts with a Failure as its
 * reason, which the work passes on.
 *
 * @param milliseconds how long the work may take
 * @param late the code for work that takes longer
 * @param stop aborts the work too, with the code `stopped`
 */
export async function withLimit<T>(
  milliseconds: number,
  late: CheckCode,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (stop.aborted) throw new Failure('stopped')
  const limit = new AbortController()
  const onStop = () => limit.abort(new Failure('stopped'))
  const timer = setTimeout(() => {
    limit.abort(new Failure(late, `nothing within ${milliseconds / 1000} s`))
  }, milliseconds)
  stop.addEventListener('abort', onStop, { once: true })
  try {
    return await work(limit.signal)
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', onStop)
  }
}

/** The result of work, or undefined where the server hangs up: what it said before tells more. */
export async function unlessClosed<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Failure && error.code === 'closed') return undefined
    throw error
  }
}
