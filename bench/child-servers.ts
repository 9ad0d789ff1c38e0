import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** Servers to measure, each a process of its own that logs to a file, as in `serve`. */
export class ChildServers {
  readonly #folder: string
  readonly #children: ChildProcess[] = []
  #nextPort = 18_000 + (process.pid % 1000) * 8

  /** @param folder where they work and log */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Starts one.
   *
   * @param argv of Node, without the port, which comes last
   * @param input what it reads on standard input
   * @returns its port, once `path` is answered
   */
  async start(
    name: string,
    argv: readonly string[],
    path: string,
    { input = '', env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<number> {
    const port = this.#nextPort++
    const log = openSync(join(this.#folder, `${name}.log`), 'w')
    const child = spawn(process.execPath, [...argv, String(port)], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], XDG_STATE_HOME: this.#folder, ...env },
      stdio: ['pipe', log, 'inherit'],
    })
    closeSync(log)
    this.#children.push(child)
    child.stdin?.end(input)
    for (;;) {
      try {
        await fetch(`http://127.0.0.1:${port}${path}`)
        return port
      } catch (error) {
        if (child.exitCode !== null) throw error
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }

  async stop(): Promise<void> {
    for (const child of this.#children.filter(({ exitCode }) => exitCode === null)) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
  }
}
