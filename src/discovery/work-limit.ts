import { MailProfileError } from '../errors.js'
import { say } from '../messages/text.js'
import { whenAborted } from '../waiting.js'

/** Whose work it is, and what else would do. */
export interface Whose<T> {
  /** Who wants it done: each has a share of its own. Nobody in particular has no share to use up. */
  readonly client?: string | undefined
  /** What it is about: each has a bound of its own as well. */
  readonly owner?: string | undefined
  /** What has come of the same work meanwhile, or is under way: then it need not wait for a place. */
  readonly elsewhere?: () => Promise<T> | undefined
  /** Aborted by whoever does not wait any longer: begins nothing and leaves the line, with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Does work, after a wait in the line when there is no room for it.
 *
 * @throws MailProfileError `too_many_requests`
 */
export type WorkLimit = <T>(work: () => Promise<T>, whose?: Whose<T>) => Promise<T>

export interface WorkLimitOptions {
  /** At the same time. */
  readonly most: number
  /** Of these for one client. */
  readonly mostForClient?: number
  /** Of these for one owner, as it is at that moment. */
  readonly mostForOwner?: (owner: string) => number
}

/** The line of those who have no place yet: all, those of one client, and how long they stay. */
const MAX_WAITING = 64
const MAX_WAITING_OF_CLIENT = 8
const PATIENCE = 3000
/** Seconds after which there probably is room: most searches have ended by then. */
const RETRY_AFTER = 15

interface Waiting {
  readonly whose: Omit<Whose<unknown>, 'elsewhere' | 'signal'>
  /** Takes a place. */
  readonly begin: () => void
  /** Goes on without a place, if that is possible by now. */
  readonly join: () => boolean
  /** Leaves with the refusal. */
  readonly refuse: () => void
}

/**
 * Bounds what is done at the same time. Whoever finds no place waits in a short line, in which clients
 * take turns: how much one of them wants does not make another one wait longer.
 */
export function createLimit({
  most,
  mostForClient = most,
  mostForOwner = () => most,
}: WorkLimitOptions): WorkLimit {
  let total = 0
  const byClient = new Tally()
  const byOwner = new Tally()
  // Each client's own line; whose turn is next comes first.
  const lines = new Map<string, Waiting[]>()
  let waiting = 0

  const hasRoom = ({ client, owner }: Waiting['whose']) =>
    total < most &&
    (client === undefined || byClient.of(client) < mostForClient) &&
    (owner === undefined || byOwner.of(owner) < mostForOwner(owner))

  async function run<T>(work: () => Promise<T>, { client, owner }: Whose<T>): Promise<T> {
    total++
    byClient.add(client, 1)
    byOwner.add(owner, 1)
    try {
      const result = work()
      // What has just begun may be what others wait for.
      letJoin()
      return await result
    } finally {
      total--
      byClient.add(client, -1)
      byOwner.add(owner, -1)
      letJoin()
      callNext()
    }
  }

  function leave(client: string, entry: Waiting): void {
    const line = lines.get(client) ?? []
    const place = line.indexOf(entry)
    if (place < 0) return
    line.splice(place, 1)
    waiting--
    if (line.length === 0) lines.delete(client)
  }

  function letJoin(): void {
    for (const [client, line] of [...lines]) {
      for (const entry of [...line]) if (entry.join()) leave(client, entry)
    }
  }

  function callNext(): void {
    for (let called = true; called;) {
      called = false
      for (const [client, line] of [...lines]) {
        const entry = line.find(({ whose }) => hasRoom(whose))
        if (entry === undefined) continue
        // Whoever had a turn is the last to have the next one.
        lines.delete(client)
        lines.set(client, line)
        leave(client, entry)
        entry.begin()
        called = true
      }
    }
  }

  // Room in the line, if need be that of whoever has the most entries there.
  function makeRoom(own: number): boolean {
    if (own >= MAX_WAITING_OF_CLIENT) return false
    if (waiting < MAX_WAITING) return true
    const [longest] = [...lines].sort(([, a], [, b]) => b.length - a.length)
    const last = longest?.[1].at(-1)
    if (longest === undefined || last === undefined || longest[1].length <= own + 1) return false
    last.refuse()
    return true
  }

  function wait<T>(work: () => Promise<T>, whose: Whose<T>): Promise<T> {
    const line = whose.client ?? ''
    const own = lines.get(line)?.length ?? 0
    if (!makeRoom(own)) return Promise.reject(tooMany())
    return new Promise<T>((resolve, reject) => {
      const { signal } = whose
      const stopWaiting = () => {
        clearTimeout(timer)
        forget?.()
      }
      const goAway = () => {
        stopWaiting()
        leave(line, entry)
        reject(signal?.reason as Error)
      }
      const entry: Waiting = {
        whose,
        begin() {
          stopWaiting()
          run(work, whose).then(resolve, reject)
        },
        join() {
          const result = whose.elsewhere?.()
          if (result === undefined) return false
          stopWaiting()
          resolve(result)
          return true
        },
        refuse() {
          stopWaiting()
          leave(line, entry)
          reject(tooMany())
        },
      }
      const timer = setTimeout(() => entry.refuse(), PATIENCE)
      const forget = signal && whenAborted(signal, goAway)
      lines.set(line, [...(lines.get(line) ?? []), entry])
      waiting++
    })
  }

  return async (work, whose = {}) => {
    whose.signal?.throwIfAborted()
    return whose.elsewhere?.() ?? (hasRoom(whose) ? run(work, whose) : wait(work, whose))
  }
}

/** How many there are of each name; of names that nobody has, none. */
class Tally {
  readonly #counts = new Map<string, number>()

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  add(name: string | undefined, change: number): void {
    if (name === undefined) return
    const count = this.of(name) + change
    if (count > 0) this.#counts.set(name, count)
    else this.#counts.delete(name)
  }
}

function tooMany(): MailProfileError {
  return new MailProfileError('too_many_requests', say('errors.busy.searches'), {
    hint: say('errors.busy.waitSeconds', { seconds: RETRY_AFTER }),
    retryAfter: RETRY_AFTER,
  })
}
