import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { LOAD_KINDS, loadKindOf, PATIENCE, type LoadKind } from '../http/middleware/load-kind.js'

// libuv from 1.45 on accepts one connection in each turn of the event loop: turns have to be short, or who
// is new waits for as many of them as there are others who are new.
const SLICE_MILLISECONDS = 2
// What a request costs may come later, when the store or a limit has answered: then of all that were passed
// on in one turn at once.
const SLICE_REQUESTS = 16
// Turns that go by for new connections alone: about as long as a slice, but where other programs take the
// processor away time says little.
const TURNS_FOR_NEWS = 20

// In fields and not in a WeakMap: V8 goes through the whole of one whenever it clears the young objects, which
// took a tenth of the time of a request (20).
declare module 'http' {
  interface IncomingMessage {
    /** How many milliseconds it waited for others; undefined where it did not. */
    waited?: number
  }
}

interface Waiting {
  /** Undefined once nobody waits any more: a request holds all that its connection has. */
  exchange: Exchange | undefined
  readonly since: number
}

/** A request and what is to answer it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Where it stands in the queue, from when it first had to wait. */
  place?: Waiting
}

interface Kind {
  readonly kind: LoadKind | undefined
  readonly patience: number
  /** In the order in which they came. */
  readonly requests: Waiting[]
}

export interface RequestQueueOptions {
  /** The path of `baseUrl`, or what tells it for a request: there may be several. */
  readonly basePath?: string | ((request: IncomingMessage) => string) | undefined
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
  /** Calls back in each turn of the event loop, after what has arrived was looked at. */
  readonly inNextTurn?: (callback: () => void) => void
  /** Calls back in the same turn, after what goes on by itself: promises that are settled. */
  readonly soon?: (callback: () => void) => void
}

/** How many milliseconds a request waited for others, from its arrival until the app got it. */
export function waitOf(request: IncomingMessage): number {
  return request.waited ?? 0
}

/**
 * Passes requests on to an app: at once, until those of one turn of the event loop have taken too long, and
 * from then on a few in each turn, the most urgent first. Every other turn is for those that have lost their
 * `PATIENCE`, so that they hear so now and not when nothing else is left; then the rest of their kind are
 * taken from the end.
 */
export class RequestQueue {
  readonly #app: RequestListener
  readonly #basePath: (request: IncomingMessage) => string
  readonly #now: () => number
  readonly #inNextTurn: (callback: () => void) => void
  readonly #soon: (callback: () => void) => void
  /** The most urgent first. */
  readonly #waiting: readonly Kind[] = [undefined, ...LOAD_KINDS.toReversed()].map((kind) => ({
    kind,
    patience: kind === undefined ? Infinity : PATIENCE[kind],
    requests: [],
  }))
  #size = 0
  #isForLate = false
  #until = 0
  #left = 0
  #hasNews = false
  #turnsForNews = 0
  #isWatching = false
  #isAsked = false

  constructor(app: RequestListener, options: RequestQueueOptions = {}) {
    this.#app = app
    const { basePath = '' } = options
    this.#basePath = typeof basePath === 'string' ? () => basePath : basePath
    this.#now = options.now ?? (() => performance.now())
    this.#inNextTurn = options.inNextTurn ?? ((callback) => void setImmediate(callback))
    this.#soon = options.soon ?? ((callback) => queueMicrotask(() => process.nextTick(callback)))
  }

  add(exchange: Exchange): void {
    const { request, response } = exchange
    const since = this.#now()
    if (!this.#isWatching) {
      this.#isWatching = true
      this.#beginSlice(since)
      this.#inNextTurn(this.#turn)
    }
    this.#isAsked = true
    if (this.#size === 0 && this.#hasTime(since)) {
      this.#left--
      this.#app(request, response)
      return
    }
    const kind = loadKindOf(request.url ?? '', this.#basePath(request))
    const waiting = { exchange, since }
    this.#waiting.find((one) => one.kind === kind)?.requests.push(waiting)
    exchange.place = waiting
    this.#size++
  }

  /** Forgets a request whose client has gone, if it still waits. */
  drop(exchange: Exchange): void {
    if (exchange.place !== undefined) exchange.place.exchange = undefined
  }

  /** Tells of a new connection: while there are more, some turns are for them alone. */
  hurry(): void {
    this.#hasNews = true
    this.#until = 0
  }

  // Nobody is woken up for it while there are no requests.
  readonly #turn = (): void => {
    if (this.#hasNews && this.#turnsForNews < TURNS_FOR_NEWS) {
      this.#turnsForNews++
      this.#until = 0
    } else {
      this.#turnsForNews = 0
      this.#beginSlice(this.#now())
      this.#isForLate = !this.#isForLate
      if (this.#size > 0) this.#passOn()
    }
    this.#hasNews = false
    this.#isWatching = this.#isAsked || this.#size > 0
    this.#isAsked = false
    if (this.#isWatching) this.#inNextTurn(this.#turn)
  }

  readonly #passOn = (): void => {
    const time = this.#now()
    const next = this.#takeNext(time)
    if (next?.exchange !== undefined) {
      const { request, response } = next.exchange
      request.waited = time - next.since
      this.#left--
      this.#app(request, response)
    }
    // What the app does once its promises are settled counts as well.
    if (this.#size > 0) {
      this.#soon(() => {
        if (this.#hasTime(this.#now())) this.#passOn()
      })
    }
  }

  #beginSlice(time: number): void {
    this.#until = time + SLICE_MILLISECONDS
    this.#left = SLICE_REQUESTS
  }

  #hasTime(time: number): boolean {
    return this.#left > 0 && time < this.#until
  }

  #takeNext(time: number): Waiting | undefined {
    const late = this.#isForLate ? this.#longestLate(time) : undefined
    const kind = late ?? this.#waiting.find(({ requests }) => requests.length > 0)
    // Once the oldest are late, in their order each would be late when its turn comes.
    const next =
      kind === undefined || kind === late || !isLate(kind, time)
        ? kind?.requests.shift()
        : kind.requests.pop()
    if (next !== undefined) this.#size--
    return next
  }

  /** Of the kinds that are late the one that has waited the longest, however little urgent it is. */
  #longestLate(time: number): Kind | undefined {
    const late = this.#waiting.filter((kind) => isLate(kind, time))
    return late.sort((a, b) => sinceOf(a) - sinceOf(b))[0]
  }
}

function isLate(kind: Kind, time: number): boolean {
  return time - sinceOf(kind) > kind.patience
}

/** When the one that waits the longest came; Infinity for nobody. */
function sinceOf({ requests: [oldest] }: Kind): number {
  return oldest?.since ?? Infinity
}
