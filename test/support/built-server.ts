import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { bringDevelopmentCertificate } from './development-certificate.js'
import { withFreePorts } from './free-ports.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const ATTEMPTS = 1000

/** The built program, of which nothing is known but its port. */
export interface BuiltServer {
  readonly url: string
  readonly metricsUrl: string
  readonly process: ChildProcess
  /** The exit code and the signal. */
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>
}

export interface BuiltServerOptions {
  readonly cwd: string
  readonly stdio: StdioOptions
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  /** Called as soon as it runs, before it listens. */
  readonly onStart?: (child: ChildProcess) => void | Promise<void>
  /** Makes the command line, if it does not run by itself. */
  readonly wrap?: (command: readonly string[]) => readonly [string, ...string[]]
}

/** Starts `mailprofile serve` with metrics, for tests of what it writes to; it is killed with the test. */
export function startBuilt(options: BuiltServerOptions): Promise<BuiltServer> {
  return withFreePorts(['http', 'metrics'], async ({ http, metrics }) => {
    const own = [process.execPath, BIN, 'serve', '--port', String(http)] as const
    const [command, ...argv] = options.wrap?.(own) ?? own
    const { cwd, uid } = options
    const env = {
      PATH: process.env['PATH'],
      HOME: cwd,
      MAILPROFILE_METRICS_PORT: String(metrics),
      ...options.env,
    }
    // Another user could not read it.
    if (uid === undefined) await bringDevelopmentCertificate(cwd, env)
    const child = spawn(command, argv, {
      cwd,
      env,
      stdio: options.stdio,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    await options.onStart?.(child)
    const url = `http://127.0.0.1:${http}`
    await untilItAnswers(url, child)
    return { url, metricsUrl: `http://127.0.0.1:${metrics}/metrics`, process: child, ended }
  })
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok === true) return
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`It ended with ${child.exitCode ?? child.signalCode}; is the port in use?`)
    }
    await sleep(20)
  }
  throw new Error('It does not answer.')
}

/** The value of a series without labels. */
export async function metricOf({ metricsUrl }: BuiltServer, name: string): Promise<number> {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(await (await fetch(metricsUrl)).text())
  return Number(found?.[1])
}

/** The warnings of `/readyz`. */
export async function warningsOf({ url }: BuiltServer): Promise<readonly string[]> {
  const { warnings } = (await (await fetch(`${url}/readyz`)).json()) as {
    readonly warnings: readonly string[]
  }
  return warnings
}
