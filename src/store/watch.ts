import { MailProfileError } from '../errors.js'
import { storeUnavailable } from '../invitations/failures.js'
import type { Store } from '../invitations/store.js'
import { within } from '../waiting.js'

/** How a store is. */
export interface StoreHealth {
  /** Whether it can be written now. */
  readonly usable: boolean
  /** Milliseconds that its clock is behind what it has shown: 0 while it goes right. */
  readonly clockBehind: number
  /** By which policy it removes what it should keep when its memory is full; absent where it does not. */
  readonly evicts?: string
}

export interface StoreWatchOptions {
  /** Told, for the log, whenever the store begins or ceases to be of use, and why; also of each further reason. */
  readonly onChange?: ((health: StoreHealth, reason: string | undefined) => void) | undefined
}

type WatchedStore = Pick<Store, 'check' | 'clockBehind' | 'evictionPolicy'>

/** Milliseconds for which a look is good: each writes to the disk, and anybody may ask. */
const PAUSE = 2000
/** Milliseconds after which whoever asks is told that there is trouble. */
const PATIENCE = 1000

const UNUSABLE: StoreHealth = { usable: false, clockBehind: 0 }
const GOOD: StoreHealth = { usable: true, clockBehind: 0 }

/** Looks whether a store can be written, no more often than every two seconds, for all who ask. */
export class StoreWatch {
  readonly #store: WatchedStore
  readonly #onChange: NonNullable<StoreWatchOptions['onChange']>
  #last = GOOD
  /** Why it has not been of use since it last was. */
  readonly #reasons = new Set<string>()
  #lookedAt = -Infinity
  #looking: Promise<StoreHealth> | undefined
  #ended = false

  constructor(store: WatchedStore, { onChange = () => undefined }: StoreWatchOptions = {}) {
    this.#store = store
    this.#onChange = onChange
  }

  /** Within a second. */
  async look(): Promise<StoreHealth> {
    if (performance.now() - this.#lookedAt < PAUSE) return this.#last
    this.#looking ??= this.#ask().finally(() => (this.#looking = undefined))
    return within(PATIENCE, this.#looking, () => UNUSABLE)
  }

  /** Somebody has met trouble: what was seen last is not trusted any more. */
  doubt(): void {
    this.#lookedAt = -Infinity
  }

  /** The store is about to be closed: that it cannot be used from then on is no news. */
  end(): void {
    this.#ended = true
  }

  /** @throws MailProfileError `store_unavailable` when the store cannot be written now */
  async require(): Promise<void> {
    if (!(await this.look()).usable) throw storeUnavailable()
  }

  async #ask(): Promise<StoreHealth> {
    let health = UNUSABLE
    let reason: string | undefined
    // A server that was away may come back and refuse its user: each reason is told once.
    let isOtherReason = false
    try {
      await this.#store.check()
      const [clockBehind, evicts] = await Promise.all([
        this.#store.clockBehind(),
        // Who does not say it now can still be used.
        harmfulPolicy(this.#store).catch(() => this.#last.evicts),
      ])
      health = { usable: true, clockBehind, ...(evicts === undefined ? {} : { evicts }) }
      this.#reasons.clear()
    } catch (error) {
      reason = reasonOf(error)
      isOtherReason = !this.#reasons.has(reason)
      this.#reasons.add(reason)
    }
    const before = this.#last
    this.#last = health
    this.#lookedAt = performance.now()
    const isOther = (what: keyof StoreHealth) => Boolean(health[what]) !== Boolean(before[what])
    const isNews = isOtherReason || isOther('usable') || isOther('clockBehind') || isOther('evicts')
    if (!this.#ended && isNews) this.#onChange(health, reason)
    return health
  }
}

/** By which policy a store removes what it should keep, if it does and may be asked. */
export async function harmfulPolicy({
  evictionPolicy,
}: Pick<Store, 'evictionPolicy'>): Promise<string | undefined> {
  const policy = await evictionPolicy?.()
  return policy === 'noeviction' ? undefined : policy
}

/** Why a store cannot be used, for its operator: it may name places, and never holds a password. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof MailProfileError ? error.cause : undefined
  if (cause instanceof Error) return cause.message
  return error instanceof Error ? error.message : String(error)
}
