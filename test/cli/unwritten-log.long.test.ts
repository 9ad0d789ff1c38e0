import { closeSync, constants, openSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { metricOf, startBuilt, warningsOf } from '../support/built-server.js'
import { getRequest, openHerd } from '../support/herd.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { LOSING, LOST, namedPipe, stop, works } from './unwritten-log.js'

const PATIENCE = { timeout: 240_000, interval: 1 }

describe('a server without its log', () => {
  it('goes on when its reader reads no more, and keeps little for it', async () => {
    const fifo = namedPipe()
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = openSync(fifo, 'w')
    const server = await startBuilt({ cwd: temporaryFolder(), stdio: ['ignore', writer, 'pipe'] })
    closeSync(writer)
    const herd = await openHerd([Number(new URL(server.url).port)], 50)
    onTestFinished(() => herd.close())
    const request = getRequest('/healthz')
    // The pipe and what is kept beside it hold some ten thousand lines.
    await vi.waitFor(async () => {
      for (let i = 0; i < 10; i++) await herd.askAll(() => request)
      expect(await metricOf(server, LOST)).toBeGreaterThan(0)
    }, PATIENCE)
    await works(server)
    expect(await warningsOf(server)).toContain(LOSING)
    expect(await stop(server)).toEqual([0, null])
    closeSync(reader)
  })

  it('goes on when the reader of both its outputs has gone before it starts', async () => {
    const server = await startBuilt({
      cwd: temporaryFolder(),
      stdio: ['ignore', 'pipe', 'pipe'],
      onStart: ({ stdout, stderr }) => {
        stdout?.destroy()
        stderr?.destroy()
      },
    })
    await works(server)
    expect(await metricOf(server, LOST)).toBeGreaterThan(0)
    expect(await stop(server)).toEqual([0, null])
  })
})
