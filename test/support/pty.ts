import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { program } from './programs.js'

export interface PtyResult {
  readonly exitCode: number | null
  /** All that the terminal showed. */
  readonly shown: string
}

/**
 * Runs a command on a terminal of its own.
 *
 * @param typed what is typed, each after the terminal has shown what comes before it
 */
export async function runOnTerminal(
  argv: readonly string[],
  typed: readonly (readonly [after: string, keys: string | Uint8Array])[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<PtyResult> {
  const command = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const child = spawn(program('script'), ['-qefc', command, '/dev/null'], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: options.cwd, TERM: 'xterm', ...options.env },
  })
  const waiting = [...typed]
  let shown = ''
  let since = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (;;) {
      const [next] = waiting
      const at = next === undefined ? -1 : shown.indexOf(next[0], since)
      if (next === undefined || at === -1) return
      since = at + next[0].length
      waiting.shift()
      child.stdin.write(next[1])
    }
  })
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, shown }
}
