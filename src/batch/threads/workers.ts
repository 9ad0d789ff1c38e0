import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { RowDone, Work, WorkDone } from './work.js'
import { errorOf, NO_MORE, type WorkerReply } from './worker.js'

// One that is done and one that is next, so that no thread waits for this one.
const AT_ONCE = 2
// Rows live for a moment. Left to itself, each thread would gather garbage as if it had the machine's memory alone.
const YOUNG_MEGABYTES = 8
const OLD_MEGABYTES = 64
// A large catalogue is loaded by each thread, as it has been by the one that starts it.
const OF_OWN_HEAP = 3

interface Waiting {
  readonly resolve: (done: WorkDone) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Waiting[]
}

/**
 * Threads that make files, one for each core. Threads of JavaScript and not libuv's pool: there, signing takes turns
 * with the file system, and all the rest of the work is the main thread's alone. On two cores, a profile with P-256
 * took 81 µs of processor time this way and 97 µs that way; with RSA 294 µs and 300 µs, of which 220 µs were the bare
 * signature.
 */
export class Workers {
  readonly #threads: readonly Thread[]
  #failure: Error | undefined

  /**
   * @param script of a thread that calls `answerWork`
   * @param workerData for it
   */
  constructor(count: number, script: URL, workerData: unknown) {
    this.#threads = Array.from({ length: count }, () => this.#start(script, workerData))
  }

  /** How much work they take at once. */
  get width(): number {
    return AT_ONCE * this.#threads.length
  }

  /** @throws what the thread threw, or that it ended */
  do(work: Work): Promise<WorkDone> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure)
        return
      }
      const [first, ...rest] = this.#threads
      const thread = rest.reduce(
        (least, other) => (other.waiting.length < (least?.waiting.length ?? 0) ? other : least),
        first,
      )
      thread?.waiting.push({ resolve, reject })
      thread?.worker.postMessage(JSON.stringify(work))
    })
  }

  /** Lets them end what they do. */
  async close(): Promise<void> {
    const isFailed = this.#failure !== undefined
    this.#failure ??= new Error('The threads have ended.')
    await Promise.all(
      this.#threads.map(async ({ worker }) => {
        if (isFailed || worker.threadId < 0) return worker.terminate()
        const ended = once(worker, 'exit')
        worker.postMessage(NO_MORE)
        return ended
      }),
    )
  }

  #start(script: URL, workerData: unknown): Thread {
    const heap = OF_OWN_HEAP * (process.memoryUsage().heapUsed / 2 ** 20)
    // Whatever the process was told to load first is meant for its main thread.
    const worker = new Worker(script, {
      workerData,
      execArgv: [],
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
        maxOldGenerationSizeMb: Math.max(OLD_MEGABYTES, heap),
      },
    })
    const waiting: Waiting[] = []
    worker.on('message', (reply: WorkerReply) => {
      if ('failure' in reply) this.#fail(errorOf(reply.failure))
      else waiting.shift()?.resolve(doneOf(reply))
    })
    worker.on('error', (error: Error) => this.#fail(error))
    worker.on('exit', () => this.#fail(new Error('A thread that makes files has ended.')))
    return { worker, waiting }
  }

  // Without one of them the others' work is in vain: what was not done is done by the next run.
  #fail(error: Error): void {
    this.#failure ??= error
    for (const { waiting } of this.#threads) {
      for (const { reject } of waiting.splice(0)) reject(this.#failure)
    }
  }
}

function doneOf({ done, bodies }: Extract<WorkerReply, { done: string }>): WorkDone {
  const rows = JSON.parse(done) as readonly RowDone[]
  return bodies === undefined ? { rows } : { rows, bodies }
}
