import { createHash } from 'node:crypto'
import { DEFAULT_LIMITS } from '../config/default-limits.js'
import { countedNetworks, type CountedNetwork } from '../http/request/counted-networks.js'
import { LIMIT_KINDS, type LimitKind, type Limits } from '../http/middleware/limits.js'
import { MinuteCounts, tooMany, type Verdict } from '../http/middleware/minute-counts.js'
import { say, type Text } from '../messages/text.js'
import { connectSharedCounts } from './shared-counts.js'

const KEY_PREFIX = 'mailprofile:limit'
/** Of each kind, and each size of a network: some 6 MB. */
const MAX_COUNTS = 20_000

const SENTENCES: Readonly<Record<LimitKind, string | Text>> = {
  client: say('errors.http.tooManyRequests'),
  domain: say('errors.http.tooManySearches'),
  key: 'This API key is used too often.',
  wrong: say('errors.http.tooManyWrong'),
  send: 'Too many invitations are sent for this API key.',
}

/** How much is too much, and where it is counted. */
export interface RateLimitsOptions {
  /** How many of each kind in a minute. */
  readonly limits: Readonly<
    Record<Exclude<LimitKind, 'send'>, number> & { send?: number | undefined }
  >
  /** Where all copies of the server count together; each counts for itself without it. */
  readonly redisUrl?: string | undefined
  /** Milliseconds that a request waits for Redis before its copy counts for itself; 250 by default. */
  readonly patience?: number | undefined
  /** Told of every refusal. */
  readonly onLimited?: ((kind: LimitKind) => void) | undefined
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number
}

/** Limits that count, until they are closed. */
export interface RateLimits extends Required<Limits> {
  /** How many counts are kept in this process. */
  readonly size: number
  /** Ends the connection to Redis, if there is one. */
  close(): Promise<void>
}

/** What is counted: a network, or a name. */
type Counted = Omit<CountedNetwork, 'level'> & { readonly level: CountedNetwork['level'] | 'name' }

/**
 * Limits that count by the minute. Clients are counted by `countedNetworks`. Redis gets a digest of what
 * is counted, for a minute: no address and no name stands there in clear, though who has its contents can
 * find an IPv4 address by trying all of them. While Redis is away or slow each copy counts for itself.
 *
 * @throws MailProfileError `store_unavailable` when Redis cannot be used at the start
 *
 * @example
 * ```ts
 * import { createLimits, DEFAULT_LIMITS } from 'mailprofile'
 *
 * const limits = await createLimits({ limits: { ...DEFAULT_LIMITS, client: 10 } })
 * console.log(limits.size) // 0
 * await limits.close()
 * ```
 */
export async function createLimits({
  limits: given,
  redisUrl,
  patience,
  onLimited,
  now = () => performance.now(),
}: RateLimitsOptions): Promise<RateLimits> {
  const limits = { ...given, send: given.send ?? DEFAULT_LIMITS.send }
  const shared =
    redisUrl === undefined
      ? undefined
      : await connectSharedCounts(redisUrl, `${KEY_PREFIX}:probe`, patience)
  const local = Object.fromEntries(
    LIMIT_KINDS.map((kind) => [kind, new LocalCounts(limits[kind], now)]),
  ) as Record<LimitKind, LocalCounts>

  async function count(kind: LimitKind, networks: readonly Counted[]): Promise<void> {
    const most = limits[kind]
    const verdict =
      (await shared?.count(
        networks
          // Redis gives up no counts, and so needs nothing to fall back to.
          .filter(({ fallback }) => fallback !== true)
          .map(({ network, factor }) => ({ key: keyOf(kind, network), most: most * factor })),
      )) ?? local[kind].count(networks)
    if (verdict.ok) return
    onLimited?.(kind)
    throw tooMany(SENTENCES[kind], verdict.milliseconds)
  }
  const named = (network: string): readonly Counted[] => [{ network, factor: 1, level: 'name' }]
  return {
    client: (address) => count('client', countedNetworks(address)),
    wrong: (address) => count('wrong', countedNetworks(address)),
    domain: (domain) => count('domain', named(domain)),
    key: (name) => count('key', named(name)),
    send: (name) => count('send', named(name)),
    get size() {
      return LIMIT_KINDS.reduce((sum, kind) => sum + local[kind].size, 0)
    },
    close: async () => {
      await shared?.close()
    },
  }
}

/** The counts of one kind in this process: those of each size of a network for themselves. */
class LocalCounts {
  readonly #most: number
  readonly #now: () => number
  readonly #levels = new Map<Counted['level'], MinuteCounts>()

  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  get size(): number {
    return [...this.#levels.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /**
   * Counts one with every network, or with none: whoever is refused uses up nothing of what others in a
   * wider network have.
   */
  count(networks: readonly Counted[]): Verdict {
    let isCrowded = false
    for (const { network, factor, level, fallback = false } of networks) {
      const counts = this.#countsOf(level, factor)
      const wait = counts.waitOf(network)
      if (wait !== undefined && (!fallback || isCrowded)) return { ok: false, milliseconds: wait }
      isCrowded ||= counts.isCrowded
    }
    for (const { network, level, factor } of networks) this.#countsOf(level, factor).add(network)
    return { ok: true }
  }

  #countsOf(level: Counted['level'], factor: number): MinuteCounts {
    const known = this.#levels.get(level)
    if (known !== undefined) return known
    const made = new MinuteCounts({
      max: MAX_COUNTS,
      most: this.#most * factor,
      now: this.#now,
    })
    this.#levels.set(level, made)
    return made
  }
}

function keyOf(kind: LimitKind, subject: string): string {
  const digest = createHash('sha256')
    .update(`mailprofile limit 1\0${kind}\0${subject}`)
    .digest('base64url')
    .slice(0, 22)
  return `${KEY_PREFIX}:${kind}:${digest}`
}
