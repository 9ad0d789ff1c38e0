import { parentPort, workerData } from 'node:worker_threads'
import type Database from 'libsql'
import { MailProfileError } from '../../errors.js'
import { SteadyClock } from '../../invitations/clock.js'
import { createKeptTime } from './kept-time.js'
import { createVersionCheck, fileIdentity, isBusy, openDatabase } from './database.js'
import { createErasure } from './erasure.js'
import { createSteps } from './operations.js'
import type {
  StepFailure,
  Moment,
  ThreadData,
  ThreadReply,
  ThreadRequest,
  StoreStep,
  StoreStepName,
  StepResult,
  StoreSteps,
} from './steps.js'

// The thread that has the database: libsql waits for the disk, and the event loop must not.

const READS: ReadonlySet<StoreStepName> = new Set([
  'read',
  'list',
  'findCall',
  'clockBehind',
  'entries',
])

const { file, isSnapshot } = workerData as ThreadData
const port = parentPort
if (port !== null) {
  const reply = (message: ThreadReply) => port.postMessage(message)
  try {
    const database = openDatabase(file)
    const run = isSnapshot ? createReader(database) : createRunner(database)
    port.on('message', (request: ThreadRequest) => {
      if (request === 'close') {
        run.close()
        port.close()
      } else {
        reply(run.all(request, request.steps))
      }
    })
    reply({ opened: true })
  } catch (error) {
    reply({ failure: describe(error) })
  }
}

function createRunner(database: Database.Database) {
  const erasure = createErasure(database)
  const clock = new SteadyClock()
  const kept = createKeptTime(database)
  const steps = createSteps(database, clock, erasure.schedule)
  const identity = fileIdentity(file)
  const requireKnown = createVersionCheck(database, file)
  // What a program that was killed, or another one, has left in the log.
  erasure.schedule()

  /** One transaction: when this returns, it is on the disk. */
  function transact({ now: told, elapsed }: Moment, batch: readonly StoreStep[]): StepResult[] {
    const writes = !batch.every(({ name }) => READS.has(name))
    // Writers that meet wait here, and none finds out later that what it read has changed.
    database.exec(writes ? 'BEGIN IMMEDIATE' : 'BEGIN')
    try {
      requireKnown()
      const now = clock.read(told, elapsed, kept.read())
      if (writes) kept.keep(now)
      const results = batch.map((step) => ({ output: perform(steps, now, step) }))
      database.exec('COMMIT')
      return results
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  function alone(moment: Moment, step: StoreStep): StepResult {
    try {
      return transact(moment, [step])[0] ?? { failure: { message: 'There was no result.' } }
    } catch (error) {
      return { failure: describe(error) }
    }
  }

  return {
    all(moment: Moment, batch: readonly StoreStep[]): ThreadReply {
      // Somebody removed or replaced it: what is written now would be lost. A new thread opens the new one.
      if (fileIdentity(file) !== identity) throw new Error(`${file} has been removed or replaced.`)
      if (batch.some(({ name }) => name === 'sweep')) erasure.schedule()
      try {
        return { results: transact(moment, batch) }
      } catch (error) {
        if (isBusy(error)) return { locked: describe(error) }
        // One that fails shall fail alone.
        return { results: batch.map((step) => alone(moment, step)) }
      }
    },
    close(): void {
      erasure.finish()
      database.close()
    },
  }
}

/** Everything as it is now, however long it takes to read: one transaction. */
function createReader(database: Database.Database) {
  const clock = new SteadyClock()
  const kept = createKeptTime(database)
  const steps = createSteps(database, clock, () => undefined)
  database.exec('BEGIN')
  // It begins with what is read first.
  const latest = kept.read()

  return {
    all({ now: told, elapsed }: Moment, batch: readonly StoreStep[]): ThreadReply {
      const now = clock.read(told, elapsed, latest)
      return { results: batch.map((step) => ({ output: perform(steps, now, step) })) }
    },
    close: () => void database.close(),
  }
}

function perform<K extends StoreStepName>(
  steps: StoreSteps,
  now: number,
  { name, input }: StoreStep<K>,
) {
  return steps[name](now, ...input)
}

function describe(error: unknown): StepFailure {
  if (error instanceof MailProfileError) return { message: error.message, hint: error.hint }
  return { message: error instanceof Error ? error.message : String(error) }
}
