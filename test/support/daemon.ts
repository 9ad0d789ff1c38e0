import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IsolatedNetwork } from './isolated-network.js'

/** A server program that a test started. */
export interface Daemon {
  /** What it wrote so far, to its log and to standard output and error. */
  log(): string
  /** Ends it and everything that it started. */
  stop(): Promise<void>
}

const POLL = 20
const START_LIMIT = 20_000

/**
 * Runs a server program in the foreground until its log says that it is ready.
 *
 * @param options.log the file that the program logs to; its other output goes there too
 * @param options.ready what stands in the log once it listens
 * @throws Error with the log when it ends before that, or is not ready after 20 s
 */
export async function startDaemon(
  command: string,
  argv: readonly string[],
  options: {
    readonly log: string
    readonly ready: string
    /** What stands in the log when it will never be, although it goes on running. */
    readonly failed?: string
    readonly env?: Readonly<Record<string, string>>
    /** Where it runs, if not in the machine's own network. */
    readonly network?: IsolatedNetwork | undefined
  },
): Promise<Daemon> {
  const output = openSync(options.log, 'a')
  const started = options.network?.command(command, argv) ?? ([command, argv] as const)
  const child = spawn(...started, {
    // A process group of its own, so that nothing it starts is left behind.
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: process.env['PATH'], ...options.env },
  })
  closeSync(output)
  const ended = once(child, 'exit')
  const kill = () => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The whole group has ended.
    }
  }
  process.once('exit', kill)
  // Not in good order, for which Dovecot takes a second: its files go away anyway.
  const stop = async () => {
    kill()
    await ended
    process.removeListener('exit', kill)
  }
  const log = () => readFileSync(options.log, 'utf8')
  const isRunning = () => child.exitCode === null && child.signalCode === null

  const hasFailed = () => options.failed !== undefined && log().includes(options.failed)
  for (let waited = 0; !log().includes(options.ready); waited += POLL) {
    if (!isRunning() || hasFailed() || waited >= START_LIMIT) {
      await stop()
      // Postfix logs through a service of its own, which does not run yet when a port is taken.
      throw new Error(`${command} did not start: ${log() || 'perhaps a port is in use.'}`)
    }
    await sleep(POLL)
  }
  return { log, stop }
}
