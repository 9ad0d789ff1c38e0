export interface LoopDelayOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
  /** Calls back once in each turn of the event loop, after what has arrived was looked at. */
  readonly soon?: (callback: () => void) => void
}

/**
 * How long requests wait for this process: those that have arrived are looked at one after the other in
 * one turn of the event loop, so the last of them has waited for all before it. One long turn alone, for
 * a burst or for memory that is cleared up, does not count: it is the lesser of this turn and the one before.
 *
 * @returns to be asked for each request: milliseconds
 */
export function createLoopDelay({
  now = () => performance.now(),
  soon = (callback) => void setImmediate(callback),
}: LoopDelayOptions = {}): () => number {
  let begin = 0
  let last = 0
  let isWatching = false
  let isAsked = false
  // Nobody is woken up for it while there are no requests.
  const turn = () => {
    const end = now()
    last = end - begin
    begin = end
    if (isAsked) soon(turn)
    else isWatching = false
    isAsked = false
  }
  return () => {
    const time = now()
    if (!isWatching) {
      isWatching = true
      begin = time
      soon(turn)
    }
    isAsked = true
    return Math.min(time - begin, last)
  }
}
