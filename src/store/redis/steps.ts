import { waitCommand, type ScriptInput } from './commands.js'
import type { RedisConnection } from './connection.js'
import { NotReplicated } from './trouble.js'

/** Runs steps that write. */
export type RunStep = (script: string, input: ScriptInput) => Promise<unknown>

interface Waiting {
  readonly script: string
  readonly input: ScriptInput
  readonly settle: (result: PromiseSettledResult<unknown>) => void
}

/** How many steps wait for the replicas together, at most. */
const AT_ONCE = 256
/** Milliseconds that replicas may take. */
const PATIENCE = 1000

/** So that a start finds out whether it is allowed. */
export const WAIT_PROBE = waitCommand(0, 1)

/**
 * Steps that are only done once replicas have them, so that a fail-over loses none that was answered.
 * Those that come while others wait are the next to wait, together. While the replicas are away nothing
 * is begun: a step that nobody hears of would still have been counted.
 *
 * @param connection used for nothing else: whoever waits on it holds up all who use it
 */
export function createReplicatedSteps(connection: RedisConnection, replicas: number): RunStep {
  let waiting: Waiting[] = []
  let isRunning = false
  let inDoubt = true

  async function runTogether(batch: readonly Waiting[]) {
    return connection.onOne(async ({ eval: run, wait }) => {
      const acknowledged = async () => {
        const count = await wait(replicas, PATIENCE)
        inDoubt = count < replicas
        if (inDoubt) throw connection.unavailable(new NotReplicated(count, replicas))
      }
      if (inDoubt) await acknowledged()
      const results = await Promise.allSettled(batch.map(({ script, input }) => run(script, input)))
      await acknowledged()
      return results
    })
  }

  async function runAll(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE)
      waiting = waiting.slice(AT_ONCE)
      try {
        const results = await runTogether(batch)
        batch.forEach(({ settle }, i) => {
          settle(results[i] ?? { status: 'rejected', reason: new Error('There was no answer.') })
        })
      } catch (reason) {
        inDoubt = true
        // Nobody waits longer than the first one.
        const all = [...batch, ...waiting]
        waiting = []
        for (const { settle } of all) settle({ status: 'rejected', reason })
      }
    }
    isRunning = false
  }

  return (script, input) =>
    new Promise((resolve, reject) => {
      waiting.push({
        script,
        input,
        settle(result) {
          if (result.status === 'fulfilled') resolve(result.value)
          else reject(result.reason as Error)
        },
      })
      // After this turn of the event loop, with all that comes in it.
      if (!isRunning) setImmediate(() => isRunning || void runAll())
    })
}
