import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { MailProfileError } from '../../errors.js'
import type { StoreClocks } from '../../invitations/clock.js'
import { storeUnavailable } from '../../invitations/failures.js'
import type {
  StepFailure,
  ThreadData,
  ThreadReply,
  ThreadRequest,
  StoreStep,
  StepInput,
  StoreStepName,
  StepOutput,
  StepResult,
} from './steps.js'

interface Waiting {
  readonly step: StoreStep
  readonly settle: (result: StepResult) => void
}

/** How many steps are one transaction at most. */
const AT_ONCE = 256

/**
 * How many callers go on in one turn of the event loop: what each does then, such as an answer over HTTP,
 * takes far longer than this thread's own work.
 */
const IN_A_TURN = 16

/** After how many milliseconds a file that could not be opened is tried again. */
const PAUSE = 1000

/**
 * The thread that has the database, seen from the event loop. Steps that come while a transaction runs
 * are the next transaction, so that all of them wait for the disk once. A thread that ends unasked
 * takes what it was doing with it, and the next step starts another.
 */
export class SqliteThread {
  readonly #data: ThreadData
  readonly #clocks: StoreClocks
  readonly #script: URL
  #worker: Worker | undefined
  #waiting: Waiting[] = []
  #sent: Waiting[] | undefined
  #isScheduled = false
  #failedAt = -Infinity
  #isClosed = false

  constructor(data: ThreadData, clocks: StoreClocks, script: URL) {
    this.#data = data
    this.#clocks = clocks
    this.#script = script
  }

  /** @throws MailProfileError `store_unavailable` that names the file and says what to do */
  async open(): Promise<void> {
    const worker = this.#start()
    const reply = await firstReply(worker)
    if ('failure' in reply) {
      const { message, hint } = reply.failure
      throw new MailProfileError('store_unavailable', message, { hint })
    }
    worker.unref()
  }

  /** @throws MailProfileError `store_unavailable` */
  do<K extends StoreStepName>(name: K, ...input: StepInput<K>): Promise<StepOutput<K>> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(storeUnavailable(new Error('The store has been closed.')))
        return
      }
      this.#waiting.push({
        step: { name, input },
        settle(result) {
          // The thread does what it was asked, so that is what comes out.
          if ('output' in result) resolve(result.output)
          else reject(storeUnavailable(new Error(result.failure.message)))
        },
      })
      this.#schedule()
    })
  }

  /** Finishes what was asked for, and closes the database. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    const done = Promise.allSettled(
      this.#waiting.length > 0 || this.#sent !== undefined ? [this.do('clockBehind')] : [],
    )
    this.#isClosed = true
    await done
    const worker = this.#worker
    if (worker === undefined) return
    const ended = once(worker, 'exit')
    worker.ref()
    worker.postMessage('close' satisfies ThreadRequest)
    await ended
  }

  /** After this turn of the event loop, with all that comes in it. */
  #schedule(): void {
    if (this.#isScheduled || this.#sent !== undefined) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#waiting.length === 0) return
    if (this.#worker === undefined && performance.now() < this.#failedAt + PAUSE) {
      this.#fail({ message: `${this.#data.file} could not be opened a moment ago.` })
      return
    }
    const worker = (this.#worker ??= this.#start())
    this.#sent = this.#waiting.splice(0, AT_ONCE)
    worker.ref()
    const { now, elapsed = () => 0 } = this.#clocks
    const moment = { now: now(), elapsed: elapsed() }
    worker.postMessage({
      ...moment,
      steps: this.#sent.map(({ step }) => step),
    } satisfies ThreadRequest)
  }

  #start(): Worker {
    // Whatever the process was told to load first is meant for its main thread.
    const worker = new Worker(this.#script, { workerData: this.#data, execArgv: [] })
    this.#worker = worker
    let failure: StepFailure = { message: 'The thread with the database has ended.' }
    worker.on('message', (reply: ThreadReply) => {
      if ('results' in reply) {
        this.#receive(reply.results)
        worker.unref()
      } else if ('locked' in reply) {
        this.#fail(reply.locked)
        worker.unref()
      } else if ('failure' in reply) {
        failure = reply.failure
        this.#failedAt = performance.now()
      }
    })
    worker.on('error', ({ message }) => {
      failure = { message }
    })
    worker.on('exit', () => {
      this.#worker = undefined
      this.#fail(failure)
    })
    return worker
  }

  #receive(results: readonly StepResult[]): void {
    const sent = this.#sent ?? []
    this.#sent = undefined
    const settleFrom = (begin: number) => {
      sent.slice(begin, begin + IN_A_TURN).forEach(({ settle }, i) => {
        settle(results[begin + i] ?? { failure: { message: 'There was no answer.' } })
      })
      const rest = begin + IN_A_TURN
      if (rest < sent.length) setImmediate(() => settleFrom(rest))
    }
    settleFrom(0)
    // Those who have been answered may ask again at once, and shall be in the same transaction.
    if (this.#waiting.length > 0) this.#schedule()
  }

  /** Nobody waits longer than the first one. */
  #fail(failure: StepFailure): void {
    const all = [...(this.#sent ?? []), ...this.#waiting]
    this.#sent = undefined
    this.#waiting = []
    for (const { settle } of all) settle({ failure })
  }
}

async function firstReply(worker: Worker): Promise<ThreadReply> {
  try {
    const [reply] = (await once(worker, 'message')) as [ThreadReply]
    return reply
  } catch (error) {
    // libsql itself could not be loaded.
    const reason = error instanceof Error ? error.message : String(error)
    return {
      failure: {
        message: `SQLite cannot be used on this machine: ${reason}`,
        hint: 'Install mailprofile again, or name a redis:// address in store.',
      },
    }
  }
}
