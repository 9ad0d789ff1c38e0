#!/usr/bin/env node
import { networkInterfaces } from 'node:os'
import { workingFolder } from '../cli/working-folder.js'
import type { Network } from '../discovery/network.js'
import { takeHangUps } from './hang-ups.js'
import { refuseDebugger } from './refuse-debugger.js'
import { logOutput, standardOutput } from './standard-output.js'

const stop = new AbortController()
const argv = process.argv.slice(2)
// First of all: where it is the first process, as in a container, a signal that nobody takes is lost.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stop.abort())
}
// A command that a person waits for ends as others do.
const hangUps = argv[0] === 'serve' ? takeHangUps(() => stop.abort()) : undefined
const closeDebugger = refuseDebugger()
// All else is loaded later, so that a signal finds its listener.
const { run } = await import('../cli/run.js')
await closeDebugger()

const stdout = standardOutput()
// Whoever writes is told as well, and knows what to do; what nobody hears on standard error is no failure.
for (const stream of [stdout, process.stderr]) stream.on('error', () => undefined)

let network: Network | undefined

process.exitCode = await run(argv, {
  stdin: process.stdin,
  stdout,
  stderr: process.stderr,
  logOutput,
  env: process.env,
  get cwd() {
    return workingFolder()
  },
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
  openDirectory: async (config) =>
    (await import('../directory/open-directory.js')).openDirectory(config, {
      elapsed: () => performance.now(),
      path: process.env['PATH'],
    }),
  openDelivery: async (config) =>
    (await import('../delivery/open-delivery.js')).openDelivery(config, {
      now: () => new Date(),
      elapsed: () => performance.now(),
    }),
  onReload: (reload) => hangUps?.onReload(reload),
  signal: stop.signal,
})

// Name servers that do not answer would hold the process for a while.
network?.close?.()
hangUps?.endIfClosed()
