import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { metricOf, startBuilt, warningsOf } from '../support/built-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { LOSING, LOST, namedPipe, stop, works } from './unwritten-log.js'

const PATIENCE = { timeout: 60_000, interval: 50 }

// With a reader that has stopped to read, and without any from the start: unwritten-log.long.test.ts.
describe('a server without its log', () => {
  it.skipIf(!existsSync('/dev/full'))('goes on when the disk under it is full', async () => {
    const full = openSync('/dev/full', 'w')
    const server = await startBuilt({ cwd: temporaryFolder(), stdio: ['ignore', full, 'pipe'] })
    closeSync(full)
    const stderr = text(server.process.stderr ?? Readable.from([]))
    await works(server)
    await vi.waitFor(async () => {
      expect(await warningsOf(server)).toContain(LOSING)
      expect(await metricOf(server, LOST)).toBeGreaterThan(1)
    }, PATIENCE)
    expect(await stop(server)).toEqual([0, null])
    expect(await stderr).toBe('')
  })

  it('goes on when its reader has gone', async () => {
    const server = await startBuilt({ cwd: temporaryFolder(), stdio: ['ignore', 'pipe', 'pipe'] })
    const { stdout, stderr } = server.process
    const errors = text(stderr ?? Readable.from([]))
    expect(await metricOf(server, LOST)).toBe(0)
    stdout?.destroy()
    await vi.waitFor(async () => {
      await works(server)
      expect(await metricOf(server, LOST)).toBeGreaterThan(1)
    }, PATIENCE)
    expect(await warningsOf(server)).toContain(LOSING)
    expect(await stop(server)).toEqual([0, null])
    expect(await errors).toBe('')
  })

  it('says what it lost as soon as it can be written again', async () => {
    const fifo = namedPipe()
    const first = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = openSync(fifo, 'w')
    const server = await startBuilt({ cwd: temporaryFolder(), stdio: ['ignore', writer, 'pipe'] })
    closeSync(writer)
    closeSync(first)
    await vi.waitFor(async () => {
      await works(server)
      expect(await metricOf(server, LOST)).toBeGreaterThan(2)
    }, PATIENCE)
    const second = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    onTestFinished(() => closeSync(second))
    await works(server)
    await vi.waitFor(async () => {
      expect(await warningsOf(server)).not.toContain(LOSING)
    }, PATIENCE)
    const lost = await metricOf(server, LOST)
    // Before it, the pipe still has what was written for the first reader.
    const told = (await readAll(second)).split('\n').find((line) => line.includes('"lost"'))
    expect(JSON.parse(told ?? '')).toMatchObject({
      level: 40,
      lost,
      reason: 'EPIPE',
      msg: `The log could not be written: ${lost} lines are lost.`,
    })
    expect(await stop(server)).toEqual([0, null])
  })
})

/** What is in a pipe now. */
async function readAll(descriptor: number): Promise<string> {
  const buffer = Buffer.alloc(64 * 1024)
  for (;;) {
    try {
      return buffer.subarray(0, readSync(descriptor, buffer)).toString()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await sleep(20)
    }
  }
}
