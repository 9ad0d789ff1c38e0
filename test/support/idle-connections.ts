import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

/** Connections that say nothing, held by a process of their own. */
export interface IdleConnections {
  /** How many could be opened. */
  readonly opened: number
  close(): Promise<void>
}

// What the backlog of a listener takes at once.
const AT_ONCE = 200

/** Opens so many connections to a port of loopback, so that this process needs no files for them. */
export async function openIdleConnections(port: number, count: number): Promise<IdleConnections> {
  const child = fork(fileURLToPath(import.meta.url), [String(port), String(count)], {
    execArgv: ['--import', 'tsx'],
  })
  const [opened] = (await once(child, 'message')) as [number]
  return { opened, close: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function hold(port: number, count: number): Promise<number> {
  let opened = 0
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const sockets = Array.from({ length: Math.min(AT_ONCE, count - begun) }, () =>
      connect({ host: '127.0.0.1', port }).on('error', () => undefined),
    )
    const results = await Promise.allSettled(sockets.map((socket) => once(socket, 'connect')))
    opened += results.filter(({ status }) => status === 'fulfilled').length
  }
  return opened
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = 0, count = 0] = process.argv.slice(2).map(Number)
  process.send(await hold(port, count))
}
