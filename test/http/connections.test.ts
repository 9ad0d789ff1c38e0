import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { maxConnections } from '../../src/server/max-connections.js'
import { listen, type ListenOptions } from '../../src/server/listen.js'
import { testApp } from '../support/app.js'
import { openIdleConnections } from '../support/idle-connections.js'
import { commonServerCertificate } from '../support/server-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const GET = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'

async function start(options: Partial<ListenOptions> = {}) {
  const app = express()
  let answer: () => void = () => undefined
  app.get('/slow', (_request, response) => {
    answer = () => void response.send('slow')
  })
  app.use(testApp())
  const listener = await listen(() => app, { host: '127.0.0.1', port: 0, ...options })
  onTestFinished(() => listener.stop())
  return { port: listener.port, answerSlow: () => answer() }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  onTestFinished(() => void socket.destroy())
  // Those that are closed by force.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** What comes until the server closes the connection. */
async function received(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  // Since Node 24 a client is told of the reset that comes behind the answer, when the server has not read all.
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return text
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString('latin1').split('\r\n')[0] ?? ''
}

describe('slow and greedy clients', () => {
  const timeouts = { header: 200, request: 300, check: 50 }

  it('a header of 1 MB gets 431 and is not read to its end', async () => {
    const { port } = await start()
    const socket = await open(port)
    const answer = received(socket)
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(1024 * 1024)}\r\n\r\n`)
    expect(await answer).toMatch(/^HTTP\/1\.1 431 .*\r\nConnection: close/s)
  })

  it('a header that does not come is waited for so long only', async () => {
    const { port } = await start({ timeouts })
    const socket = await open(port)
    const answer = received(socket)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n')
    const drip = setInterval(() => socket.write('X: y\r\n'), 20)
    onTestFinished(() => clearInterval(drip))
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('a body that does not come is waited for so long only', async () => {
    const { port } = await start({ timeouts })
    const socket = await open(port)
    const answer = received(socket)
    socket.write(
      'POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n<',
    )
    const drip = setInterval(() => socket.write(' '), 20)
    onTestFinished(() => clearInterval(drip))
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('an answer that nobody takes is given up', async () => {
    const { port } = await start({ timeouts: { silence: 200 } })
    const socket = await open(port)
    const answer = received(socket)
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await answer).toBe('')
  })
})

describe('at the bound of connections', () => {
  it('the longest idle one is closed for a new one', async () => {
    const { port } = await start({ connections: 3 })
    const [first, second, third] = [await open(port), await open(port), await open(port)]
    // Used after the others.
    first.write(GET)
    expect(await firstLine(first)).toBe('HTTP/1.1 200 OK')
    const fourth = await open(port)
    await received(second)
    for (const socket of [third, first, fourth]) {
      socket.write(GET)
      expect(await firstLine(socket)).toBe('HTTP/1.1 200 OK')
    }
  })

  it('one with a request under way is not', async () => {
    const { port, answerSlow } = await start({ connections: 2 })
    const busy = await open(port)
    busy.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    const idle = await open(port)
    idle.write(GET)
    await firstLine(idle)
    const more = await open(port)
    await received(idle)
    more.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    // Nobody is idle any more once that has arrived, so the next is turned away.
    await expect.poll(async () => (await received(await open(port))).length).toBe(0)
    answerSlow()
    expect(await firstLine(more)).toBe('HTTP/1.1 200 OK')
  })

  it('holds for TLS as well, and counts down again', async () => {
    const { chain: cert, key } = commonServerCertificate()
    const { port } = await start({ connections: 2, tls: { cert, key } })
    const openTls = async () => {
      const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false })
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      await once(socket, 'secureConnect')
      return socket
    }
    const [first, second] = [await openTls(), await openTls()]
    const third = await openTls()
    await received(first)
    second.end()
    await received(second)
    const fourth = await openTls()
    for (const socket of [third, fourth]) {
      socket.write(GET)
      expect(await firstLine(socket)).toBe('HTTP/1.1 200 OK')
    }
  })

  it('10,000 idle ones keep nobody out', async () => {
    const { port } = await start()
    // Fewer where neither process may open so many files.
    const count = Math.min(10_000, maxConnections() - 200)
    const idle = await openIdleConnections(port, count)
    onTestFinished(() => idle.close())
    expect(idle.opened).toBe(count)
    // The best of several: on a machine that is busy with other things, one of them waits for those.
    const took: number[] = []
    for (let i = 0; i < 5; i++) {
      const before = performance.now()
      const response = await fetch(`http://127.0.0.1:${port}/healthz`)
      expect(response.status).toBe(200)
      took.push(performance.now() - before)
    }
    expect(Math.min(...took)).toBeLessThan(1000)
  })
})

describe('the bound', () => {
  it.each([
    ['', 20_000],
    ['Max open files            1024                 1048576              files\n', 768],
    ['Max open files            20000                20000                files\n', 19_488],
    ['Max open files            1048576              1048576              files\n', 20_000],
    ['Max open files            unlimited            unlimited            files\n', 20_000],
  ])('follows the limit of open files: %j', (limits, bound) => {
    const file = join(temporaryFolder(), 'limits')
    writeFileSync(file, limits)
    expect(maxConnections(file)).toBe(bound)
  })

  it('is the usual one where no limit is told', () => {
    expect(maxConnections('/nowhere')).toBe(20_000)
  })
})
