import { spawn, type ChildProcess } from 'node:child_process'
import { DirectoryTrouble } from '../trouble.js'

/** Starts a program; no shell reads its arguments, and of the environment it has PATH and a language alone. */
export function start(
  [program = '', ...argv]: readonly string[],
  path: string | undefined,
): ChildProcess {
  return spawn(program, argv, {
    shell: false,
    cwd: '/',
    env: { ...(path === undefined ? {} : { PATH: path }), LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
    // With all that it starts in turn.
    detached: true,
  })
}

/** Ends a program with all that it has started. */
export function kill(child: ChildProcess): void {
  child.stdout?.destroy()
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** That a program has ended as none should. */
export function endTrouble(code: number | null, ended: NodeJS.Signals | null): DirectoryTrouble {
  const how = code === null ? `by ${ended ?? 'a signal'}` : `with status ${code}`
  return new DirectoryTrouble(`The program ended ${how}.`)
}
