import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bringDevelopmentCertificate } from './development-certificate.js'
import type { IsolatedNetwork } from './isolated-network.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))

/** The real program, started as people start it. */
export interface RunningServer {
  readonly url: string
  readonly process: ChildProcess
  /** What it wrote to standard output so far, a line each. */
  readonly lines: readonly string[]
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
}

/**
 * Runs `mailprofile serve` on a free port of loopback, from the build.
 *
 * @param argv more arguments
 */
export async function startServer(
  argv: readonly string[],
  options: {
    readonly cwd: string
    readonly env?: Readonly<Record<string, string>>
    /** Where it runs, if not in the machine's own network. */
    readonly network?: IsolatedNetwork
    /** Another build. */
    readonly bin?: string
    /** It makes its development certificate itself, instead of finding one. */
    readonly withoutCertificate?: boolean
  },
): Promise<RunningServer> {
  const env = { PATH: process.env['PATH'], HOME: options.cwd, ...options.env }
  if (options.withoutCertificate !== true) await bringDevelopmentCertificate(options.cwd, env)
  const own = [process.execPath, [options.bin ?? BIN, 'serve', '--port', '0', ...argv]] as const
  const child = spawn(...(options.network?.command(...own) ?? own), {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const url = await new Promise<string>((resolve, reject) => {
    let isListening = false
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      if (isListening) return
      const entry = JSON.parse(line) as { msg?: string; url?: string }
      if (entry.msg !== 'listening' || entry.url === undefined) return
      isListening = true
      resolve(entry.url)
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${errors}`)))
  })
  return {
    url,
    process: child,
    lines,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = (await ended) as [number | null]
      return code
    },
  }
}
