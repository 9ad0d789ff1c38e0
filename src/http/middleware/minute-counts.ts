import { MailProfileError } from '../../errors.js'
import { say, type Text } from '../../messages/text.js'
import { Generations } from '../request/generations.js'

const MINUTE = 60_000

/** Counting one more, or why not. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly milliseconds: number }

/** What somebody is told who may not count one more. */
export function tooMany(sentence: string | Text, milliseconds: number): MailProfileError {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000))
  return new MailProfileError('too_many_requests', sentence, {
    hint: say('errors.http.wait', { seconds: retryAfter }),
    retryAfter,
  })
}

interface Count {
  value: number
  readonly ends: number
}

export interface MinuteCountsOptions {
  /** The most keys, and the most of them that have had all. */
  readonly max: number
  /** How much a key may have in a minute. */
  readonly most: number
  /** The time, in milliseconds. */
  readonly now: () => number
}

/**
 * Counts by key, each for a minute from its first. When there are too many keys the oldest counts are
 * given up, and `isCrowded` says so. Those that have had all are kept apart: nobody gets rid of a refusal
 * by sending many others.
 */
export class MinuteCounts {
  readonly #counts: Generations<Count>
  readonly #refusals: Refusals
  readonly #options: MinuteCountsOptions
  #crowdedUntil = -Infinity

  constructor(options: MinuteCountsOptions) {
    this.#options = options
    this.#counts = new Generations(options.max)
    this.#refusals = new Refusals(options)
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#counts.size + this.#refusals.size
  }

  /** Whether counts of the last minute may have been given up. */
  get isCrowded(): boolean {
    return this.#crowdedUntil > this.#options.now()
  }

  /** Milliseconds until a key may count again, if it may not now. */
  waitOf(key: string): number | undefined {
    return this.#refusals.waitOf(key)
  }

  /** Counts one. */
  add(key: string): void {
    const { most, now } = this.#options
    const time = now()
    let count = this.#counts.get(key)
    if (count !== undefined && count.ends > time) count.value++
    else {
      count = { value: 1, ends: time + MINUTE }
      const gone = this.#counts.set(key, count)
      if (gone !== undefined && hasCurrent(gone, time)) this.#crowdedUntil = time + MINUTE
    }
    if (count.value >= most) this.#refusals.add(key, count.ends - time)
  }
}

// They were set in this order, so that the last one ends last.
function hasCurrent(counts: ReadonlyMap<string, Count>, time: number): boolean {
  let last: Count | undefined
  for (const count of counts.values()) last = count
  return last !== undefined && last.ends > time
}

/** Who is refused, and for how long. */
export class Refusals {
  readonly #until: Generations<number>
  readonly #now: () => number

  constructor({ max, now }: Pick<MinuteCountsOptions, 'max' | 'now'>) {
    this.#until = new Generations(max)
    this.#now = now
  }

  get size(): number {
    return this.#until.size
  }

  /** Milliseconds until somebody is refused no more, if that is so. */
  waitOf(key: string): number | undefined {
    const left = (this.#until.get(key) ?? 0) - this.#now()
    return left > 0 ? left : undefined
  }

  add(key: string, milliseconds: number): void {
    this.#until.set(key, this.#now() + milliseconds)
  }
}
