import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { metricOf, startBuilt, warningsOf, type BuiltServer } from '../support/built-server.js'
import { getRequest, openHerd } from '../support/herd.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const LOST = 'mailprofile_log_lines_lost_total'
const LOSING = 'The log cannot be written: its lines are lost and counted. Everything else goes on.'
const PATIENCE = { timeout: 60_000, interval: 50 }
const LONG_PATIENCE = { timeout: 240_000, interval: 1 }

async function works({ url }: BuiltServer): Promise<void> {
  const page = await fetch(`${url}/setup?address=ann@btinternet.com`)
  expect([page.status, (await page.text()).includes('mail.btinternet.com')]).toEqual([200, true])
}

async function stop(server: BuiltServer) {
  server.process.kill('SIGTERM')
  return server.ended
}

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
    }, LONG_PATIENCE)
    await works(server)
    expect(await warningsOf(server)).toContain(LOSING)
    expect(await stop(server)).toEqual([0, null])
    closeSync(reader)
  }, 300_000)

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

function namedPipe(): string {
  const path = join(temporaryFolder(), 'log')
  execFileSync('mkfifo', [path])
  return path
}

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
