import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withFreePorts } from '../../test/support/free-ports.js'
import { BIN, script, TSX } from './places.js'

/** A server to measure, in a process of its own. */
export interface ChildServer {
  readonly port: number
  readonly pid: number
  /** The 99th percentile of the event loop's delay since it was asked before, in milliseconds; with `tellsDelay`. */
  readonly eventLoopDelay: () => Promise<number>
}

export interface StartOptions {
  /** What is answered once it listens. */
  readonly path?: string
  /** What it reads on standard input. */
  readonly input?: string | Buffer
  readonly tellsDelay?: boolean
  /** How many files it may have open. */
  readonly openFiles?: number
}

/** Servers to measure, each a process of its own that logs to a file, as in `serve`. */
export class ChildServers {
  readonly #folder: string
  readonly #children: ChildProcess[] = []

  /** @param folder where they work and log */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** Starts `mailprofile serve` with a configuration, which is YAML without `listen`. */
  serve(name: string, configuration: string, options: StartOptions = {}): Promise<ChildServer> {
    const file = join(this.#folder, `${name}.yaml`)
    writeFileSync(file, configuration)
    return this.start(name, [BIN, 'serve', '--config', file, '--port'], options)
  }

  /**
   * Starts one.
   *
   * @param argv of Node, without the port, which comes last
   */
  async start(
    name: string,
    argv: readonly string[],
    { path = '/healthz', input = '', tellsDelay = false, openFiles }: StartOptions = {},
  ): Promise<ChildServer> {
    const port = await withFreePorts(['http'], ({ http }) => Promise.resolve(http))
    const preload = tellsDelay ? ['--import', TSX, '--import', script('event-loop')] : []
    const command = [process.execPath, ...preload, ...argv, String(port)]
    // Node raises its limit as far as it may, so both of them.
    const limited =
      openFiles === undefined ? [] : ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`]
    const [program = '', ...rest] = [...limited, ...command]
    const log = openSync(join(this.#folder, `${name}.log`), 'w')
    const child = spawn(program, rest, {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], XDG_STATE_HOME: this.#folder },
      stdio: ['pipe', log, 'inherit', ...(tellsDelay ? ['ipc' as const] : [])],
    })
    closeSync(log)
    this.#children.push(child)
    child.stdin?.end(input)
    for (;;) {
      try {
        await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer()
        return { port, pid: child.pid ?? 0, eventLoopDelay: () => delayOf(child) }
      } catch (error) {
        if (hasEnded(child)) throw error
        await sleep(20)
      }
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#children.splice(0).filter((one) => !hasEnded(one))) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

async function delayOf(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message')
  child.send('delay')
  const [p99] = (await answer) as [number]
  return p99
}
