#!/usr/bin/env node
import { networkInterfaces } from 'node:os'
import type { Network } from '../discovery/network.js'
import { refuseDebugger } from './refuse-debugger.js'

const closeDebugger = refuseDebugger()
// All else is loaded later, so that a signal finds its listener.
const { run } = await import('../cli/run.js')
await closeDebugger()

const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stop.abort())
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

let network: Network | undefined

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  now: () => new Date(),
  networkInterfaces,
  network: async () => (network ??= (await import('../discovery/network.js')).systemNetwork()),
  openStore: async (location, options) =>
    (await import('../store/open-store.js')).openStore(location, {
      ...options,
      now: Date.now,
      elapsed: () => performance.now(),
    }),
  tryStore: async (location, options) =>
    (await import('../store/try-store.js')).tryStore(location, { ...options, now: Date.now }),
  onReload: (reload) => {
    // A terminal that is closed sends the same signal, and then the process has to end.
    if (!process.stdout.isTTY) process.on('SIGHUP', reload)
  },
  signal: stop.signal,
})

// Name servers that do not answer would hold the process for a while.
network?.close?.()
