import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { withFreePorts } from '../../test/support/free-ports.js'
import { BIN } from './places.js'

// Less would take time from the server.
const AGAIN_MILLISECONDS = 2

export interface Served {
  /** From the start of the process to its first answer, in milliseconds. */
  readonly milliseconds: number
  readonly child: ChildProcess
}

/**
 * Starts a server without any configuration, and waits until a setup page has been answered.
 *
 * @param work what is done then, before it is ended
 */
export async function serveUntilAnswer<T>(
  folder: string,
  work: (served: Served) => T | Promise<T>,
): Promise<T> {
  const port = await withFreePorts(['http'], ({ http }) => Promise.resolve(http))
  const begin = performance.now()
  const child = spawn(process.execPath, [BIN, 'serve', '--port', String(port)], {
    cwd: folder,
    env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}/setup?address=ann@btinternet.com`
  while (!(await isAnswered(url))) {
    if (child.exitCode !== null) throw new Error('The server has ended.')
    await sleep(AGAIN_MILLISECONDS)
  }
  try {
    return await work({ milliseconds: performance.now() - begin, child })
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

function isAnswered(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => (await response.text()) !== '',
    () => false,
  )
}
