import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import express, { type Response } from 'express'
import { expect, it, onTestFinished } from 'vitest'
import { parseAddress } from '../../src/account/address.js'
import type { RequestFacts } from '../../src/http/middleware/request-metrics.js'
import { listen, type ListenOptions } from '../../src/server/listen.js'
import { catalogue, testApp } from '../support/app.js'
import { invitedApp } from '../support/invited-app.js'
import { promise } from '../support/promise.js'
import { runs, some } from '../support/runs.js'
import { openSlowClients } from '../support/slow-clients.js'

const CONNECTIONS = 30
const ATTACKERS = 100
const HEALTHY = runs(30)
// No end of a connection here is for want of time.
const PATIENT = { silence: 600_000, keepAlive: 600_000 }
const LARGE = Buffer.alloc(64 * 1024 * 1024, 'x')
const ANN = 'ann@btinternet.com'
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nc'

/** The whole server on a listener with few connections. */
async function start(options: Partial<ListenOptions> = {}) {
  const { app: own, invite } = invitedApp()
  const asked: string[] = []
  const app = express()
  const held: Response[] = []
  app.use((request, _response, next) => {
    asked.push(request.url)
    next()
  })
  app.get('/held', (_request, response) => {
    held.push(response)
  })
  // More than the two systems take for a program that does not read.
  const large: Response[] = []
  app.get('/large', (_request, response) => {
    large.push(response)
    response.send(LARGE)
  })
  app.use(own)
  const listener = await listen(() => app, {
    host: '127.0.0.1',
    port: 0,
    connections: CONNECTIONS,
    ...options,
  })
  onTestFinished(() => listener.stop())
  return {
    port: listener.port,
    /** The token of an invitation that has a code, which takes long to make. */
    token: async () => (await invite({ code: true })).token,
    /** The paths that reached the routes. */
    asked,
    /** Answers who asked for `/held`. */
    release: () => held.splice(0).forEach((response) => void response.send('held')),
    held,
    /** The answers to `/large`. */
    large,
  }
}

async function open(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** What comes until the server closes the connection. */
async function received(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  if (!socket.closed) await once(socket, 'close')
  return text
}

/** The status of one request on a connection of its own, or what became of it. */
async function statusOf(port: number, path: string, from?: string): Promise<string> {
  const socket = await open(port, from)
  const answer = received(socket)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
  return (await answer).slice(9, 12) || 'refused'
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

promise(
  'Slow requests keep nobody out: where there are too many connections, those that are idle or whose request has not come whole give way, of the network that has the most of them first.',
  () => {
    it.each(
      some<readonly [string, (token: () => Promise<string>) => string | Promise<string>]>(
        [
          ['a form of an unknown link', () => `POST /i/x HTTP/1.1\r\nHost: a\r\n${FORM}`],
          [
            'a form that is wanted',
            async (token) => `POST /i/${await token()} HTTP/1.1\r\nHost: a\r\n${FORM}`,
          ],
          [
            'a body for Autodiscover',
            () =>
              'POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n<',
          ],
          [
            'a body that nobody reads',
            () => 'GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n',
          ],
          [
            'chunks',
            async (token) =>
              `POST /i/${await token()} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n`,
          ],
          ['half a header', () => 'GET / HTTP/1.1\r\nHost'],
          ['nothing', () => ''],
        ],
        2,
      ),
    )('%s', async (_what, says) => {
      const { port, token } = await start()
      const slow = await openSlowClients(port, { count: ATTACKERS, says: await says(token) })
      onTestFinished(() => slow.stop())
      const statuses: string[] = []
      for (let i = 0; i < HEALTHY; i++) {
        statuses.push(await statusOf(port, i % 2 === 0 ? '/healthz' : '/'))
      }
      expect(statuses).toEqual(Array.from({ length: HEALTHY }, () => '200'))
      expect(slow.closed()).toBeGreaterThan(0)
    })

    it('and those of other networks stay', async () => {
      const { port } = await start()
      // Idle before any of the others came.
      const neighbours = await Promise.all(Array.from({ length: 8 }, () => open(port, '127.0.0.2')))
      const says =
        'POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n<'
      const slow = await openSlowClients(port, { count: ATTACKERS, says })
      onTestFinished(() => slow.stop())
      await expect.poll(() => slow.closed()).toBeGreaterThan(ATTACKERS)
      for (const socket of neighbours) {
        socket.write(get('/healthz'))
        const [chunk] = (await once(socket, 'data')) as [Buffer]
        expect(chunk.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
      }
    })
  },
)

promise('Whoever waits for an answer is never closed for somebody else.', () => {
  it('with a request that came whole, also one with a body', async () => {
    const { port, release, held } = await start({ connections: 4 })
    const plain = await open(port)
    plain.write(get('/held'))
    const withBody = await open(port)
    withBody.write('GET /held HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na')
    await expect.poll(() => held.length).toBe(2)
    withBody.write('b')
    const slow = await openSlowClients(port, { count: 20, says: 'GET / HTTP/1.1\r\n' })
    onTestFinished(() => slow.stop())
    await expect.poll(() => slow.closed()).toBeGreaterThan(40)
    const answers = [plain, withBody].map((socket) => once(socket, 'data'))
    release()
    for (const answer of answers) {
      const [chunk] = (await answer) as [Buffer]
      expect(chunk.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
    }
  })
})

promise(
  'Answers that nobody takes do not fill the memory, and whoever takes nothing gives way like the slow.',
  () => {
    const asksForMuch = async (port: number) => {
      const socket = await open(port)
      socket.pause()
      socket.write(get('/large'))
      return socket
    }

    it('beyond so many bytes the oldest connections are closed', async () => {
      const { port, large } = await start({
        timeouts: { unread: 50 },
        unreadBytes: LARGE.length * 1.25,
      })
      for (const count of [1, 2, 3]) {
        await asksForMuch(port)
        await expect.poll(() => large.length).toBe(count)
      }
      await expect.poll(() => large.map(({ closed }) => closed)).toEqual([true, true, false])
    })

    it('whoever takes nothing gives way', async () => {
      const { port, large } = await start({ connections: 2, timeouts: { unread: 50 } })
      await asksForMuch(port)
      await asksForMuch(port)
      await expect.poll(() => large.length).toBe(2)
      await expect.poll(() => statusOf(port, '/healthz')).toBe('200')
    })
  },
)

promise(
  'A link is looked at before a form for it is read, and a form has to come whole within 5 seconds.',
  () => {
    it.each(['x', 'AAAAAAAAAAAAAAAAAAAAAA'])(
      'a form for /i/%s is answered without its end, and the connection closed',
      async (link) => {
        const { port } = await start()
        const socket = await open(port)
        const answer = received(socket)
        socket.write(`POST /i/${link} HTTP/1.1\r\nHost: a\r\n${FORM}`)
        expect(await answer).toMatch(/^HTTP\/1\.1 404 .*\r\nConnection: close\r\n/s)
      },
    )

    it('a form that is wanted and does not come gets 408', async () => {
      const { port, token } = await start()
      const socket = await open(port)
      const answer = received(socket)
      socket.write(`POST /i/${await token()} HTTP/1.1\r\nHost: a\r\n${FORM}`)
      const drip = setInterval(() => socket.write('1'), 900)
      onTestFinished(() => clearInterval(drip))
      expect(await answer).toMatch(/^HTTP\/1\.1 408 .*\r\nConnection: close\r\n.*request_timeout/s)
    })
  },
)

promise(
  'Requests that are sent ahead gain nothing: of one connection they are answered one after the other, and with more than 16 under way it is closed.',
  () => {
    it('none but the first of a thousand reaches a route', async () => {
      const { port, asked } = await start()
      const sockets = await Promise.all(Array.from({ length: 20 }, () => open(port)))
      const answers = sockets.map(received)
      for (const socket of sockets) socket.write(get('/').repeat(1000))
      await Promise.all(answers)
      expect(asked.length).toBeLessThanOrEqual(20)
      expect(await statusOf(port, '/healthz')).toBe('200')
    })

    it('a few are answered in order, each when the one before has been', async () => {
      const { port, asked, release, held } = await start()
      const socket = await open(port)
      socket.write(['/held', '/a', '/held', '/b'].map(get).join(''))
      await expect.poll(() => held.length).toBe(1)
      expect(asked).toEqual(['/held'])
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
      release()
      await expect.poll(() => held.length).toBe(1)
      expect(asked).toEqual(['/held', '/a', '/held'])
      release()
      await expect.poll(() => text.match(/HTTP\/1\.1 (\d+)/g)?.length).toBe(4)
      expect(text.match(/HTTP\/1\.1 \d+/g)?.map((line) => line.slice(9))).toEqual([
        '200',
        '404',
        '200',
        '404',
      ])
    })

    it.each([
      ['without a Host', 'GET / HTTP/1.1\r\n\r\n', 400],
      ['with an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n', 417],
      [
        'that wait to be told to go on',
        'GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n',
        100,
      ],
    ])('nor do those %s, which Node itself would answer', async (_name, request, status) => {
      const { port, held } = await start({ timeouts: PATIENT })
      const alone = await open(port)
      const first = once(alone, 'data')
      alone.write(request)
      expect(String((await first)[0])).toContain(`HTTP/1.1 ${status}`)
      const socket = await open(port)
      const answer = received(socket)
      socket.write(get('/held'))
      await expect.poll(() => held.length).toBe(1)
      socket.write(request.repeat(17))
      await expect.poll(() => socket.closed, { timeout: 10_000 }).toBe(true)
      expect(await answer).toBe('')
      expect(await statusOf(port, '/healthz')).toBe('200')
    })

    /** Has so many requests answered on one connection. */
    async function useUp(socket: Socket, requests: number): Promise<() => string> {
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
      const answers = () => text.match(/HTTP\/1\.1 200/g)?.length ?? 0
      while (answers() < requests) {
        const next = Math.min(16, requests - answers())
        const sent = answers() + next
        socket.write(get('/healthz').repeat(next))
        await expect.poll(answers, { interval: 1 }).toBe(sent)
      }
      return () => text
    }

    it('nor do those behind the last that a connection may send', async () => {
      const { port, held } = await start({ timeouts: PATIENT })
      const socket = await open(port)
      const text = await useUp(socket, 999)
      socket.write(get('/held'))
      await expect.poll(() => held.length).toBe(1)
      expect(text()).not.toContain('Connection: close')
      socket.write(get('/healthz').repeat(17))
      await expect.poll(() => socket.closed, { timeout: 10_000 }).toBe(true)
      expect(text().match(/HTTP\/1\.1/g)?.length).toBe(999)
    })

    it('and after the last one the connection is closed', async () => {
      const { port } = await start({ timeouts: PATIENT })
      const socket = await open(port)
      const text = await useUp(socket, 1000)
      await expect.poll(() => socket.closed, { timeout: 10_000 }).toBe(true)
      expect(text().match(/^Connection: close/gm)?.length).toBe(1)
    })

    it('and nothing is made of the rest of them, though it came at once', async () => {
      let made = 0
      const count = () => {
        made++
      }
      subscribe('http.server.request.start', count)
      onTestFinished(() => void unsubscribe('http.server.request.start', count))
      const { port } = await start({ timeouts: PATIENT })
      const socket = await open(port)
      socket.write(get('/held').repeat(1000))
      await expect.poll(() => socket.closed, { timeout: 10_000 }).toBe(true)
      expect(made).toBeLessThan(20)
      // The parser goes to the next connection.
      expect(await statusOf(port, '/healthz')).toBe('200')
    })

    it('what waits is dropped with its connection', async () => {
      const { port, asked, release, held } = await start()
      const socket = await open(port)
      socket.write(['/held', '/a', '/b'].map(get).join(''))
      await expect.poll(() => held.length).toBe(1)
      socket.destroy()
      await expect.poll(() => held[0]?.closed).toBe(true)
      release()
      expect(await statusOf(port, '/healthz')).toBe('200')
      expect(asked).toEqual(['/held', '/healthz'])
    })

    it('all connections together have so many waiting only', async () => {
      const { port, held } = await start({ connections: 200 })
      const sockets = await Promise.all(Array.from({ length: 100 }, () => open(port)))
      for (const socket of sockets) socket.write(get('/held').repeat(15))
      await expect.poll(() => held.length).toBeGreaterThan(66)
      await expect.poll(() => sockets.filter(({ closed }) => closed).length).toBeGreaterThan(20)
      expect(await statusOf(port, '/healthz')).toBe('200')
    })
  },
)

promise('Nothing is rendered, drawn or signed for a client that has gone away.', () => {
  it.each([
    ['/setup', `/setup?address=${ANN}`],
    ['/formats/apple-profile', `/formats/apple-profile?address=${ANN}`],
    ['/formats/thunderbird-qr', `/formats/thunderbird-qr?address=${ANN}&as=png`],
    ['/email.mobileconfig', `/email.mobileconfig?email=${ANN}`],
  ])('%s', async (route, path) => {
    const searches: (() => void)[] = []
    let used = 0
    const found = catalogue.find(parseAddress(ANN))
    const watched = new Proxy(found, {
      get(target, key) {
        // What an `await` looks for.
        if (key !== 'then') used++
        return Reflect.get(target, key) as unknown
      },
    })
    const facts: RequestFacts[] = []
    const app = testApp({
      directory: {
        find: () =>
          new Promise((resolve) => {
            searches.push(() => resolve(watched))
          }),
      },
      metrics: { request: (fact) => void facts.push(fact) },
    })
    const listener = await listen(() => app, { host: '127.0.0.1', port: 0 })
    onTestFinished(() => listener.stop())
    const ask = async () => {
      const socket = await open(listener.port)
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
      await expect.poll(() => searches.length).toBe(1)
      return socket
    }
    const gone = await ask()
    gone.destroy()
    await expect
      .poll(() => facts.map((fact) => fact.route))
      .toEqual([route.startsWith('/formats') ? '/formats/:id' : route])
    searches.pop()?.()
    const there = await ask()
    expect(used).toBe(0)
    searches.pop()?.()
    const [chunk] = (await once(there, 'data')) as [Buffer]
    expect(chunk.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /)
  })
})
