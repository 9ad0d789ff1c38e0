export interface RecentNamesOptions {
  /** The most names; the one that was added first goes first. */
  readonly max: number
  /** How long a name is kept, in milliseconds. */
  readonly keep: number
  /** The time, in milliseconds. */
  readonly now: () => number
}

/** Names that something was found out about a while ago. */
export class RecentNames {
  readonly #until = new Map<string, number>()
  readonly #options: RecentNamesOptions

  constructor(options: RecentNamesOptions) {
    this.#options = options
  }

  add(name: string): void {
    const { max, keep, now } = this.#options
    this.#until.delete(name)
    this.#until.set(name, now() + keep)
    if (this.#until.size > max) {
      const [oldest] = this.#until.keys()
      if (oldest !== undefined) this.#until.delete(oldest)
    }
  }

  has(name: string): boolean {
    return (this.#until.get(name) ?? 0) > this.#options.now()
  }
}
