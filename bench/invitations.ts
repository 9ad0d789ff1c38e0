import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createApiKey, hashApiKey } from '../src/http/api/key.js'
import { DEFAULT_TERMS } from '../src/invitations/terms.js'
import { Invitations } from '../src/invitations/invitations.js'
import { parseInvitedPerson } from '../src/invitations/person.js'
import { openSqliteStore } from '../src/store/sqlite/store.js'
import { measureLoad } from './http-load.js'
import { median } from './median.js'

// How fast a server makes invitations on SQLite, against the disk's own speed; and what a profile costs
// by way of an invitation kept in Redis, against the same profile without one.

const CREATORS = 64
const CREATION_ROUNDS = 9
const CREATION_MILLISECONDS = 1000
const PROFILE_ROUNDS = 15
const PROFILE_MILLISECONDS = 400
const CONNECTIONS = 16
const WARM_UP_MILLISECONDS = 1500
const LIMITS = { creations: 3000, perFsync: 8, cost: 1.6, delay: 10 }
const PAGE = 4096

const BIN = fileURLToPath(new URL('../dist/bin/mailprofile.js', import.meta.url))
const PRELOAD = fileURLToPath(new URL('event-loop.ts', import.meta.url))
const WORKER = new URL('../dist/store/sqlite/worker.js', import.meta.url)
const PERSON = parseInvitedPerson({
  address: 'person@btinternet.com',
  password: 'a password of ordinary length',
})
const TSX = import.meta.resolve('tsx')
// In the working folder's file system: a temporary one may be in memory, where fsync costs nothing.
const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'mailprofile-bench-'))
const firstPort = 19_000 + (process.pid % 1000) * 3
const apiKey = createApiKey(randomBytes)
const children: ChildProcess[] = []

function run(
  name: string,
  command: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), 'w')
  const child = spawn(command, argv, {
    cwd: folder,
    env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder, ...env },
    stdio: ['ignore', log, 'inherit', 'ipc'],
  })
  closeSync(log)
  children.push(child)
  return child
}

function startServer(name: string, port: number, store: string): ChildProcess {
  const file = join(folder, `${name}.yaml`)
  writeFileSync(
    file,
    `baseUrl: https://setup.example.com
store: ${store}
limits: { enabled: false }
api: { keys: [{ name: bench, hash: '${hashApiKey(apiKey)}' }] }
`,
  )
  const argv = ['--import', TSX, '--import', PRELOAD, BIN, 'serve', '--config', file]
  return run(name, process.execPath, [...argv, '--port', String(port)])
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/healthz`)
      return
    } catch (error) {
      if (child.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

async function eventLoopDelay(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message')
  child.send('delay')
  const [p99] = (await answer) as [number]
  return p99
}

function creationRequest(number: number): Buffer {
  const body = JSON.stringify({
    address: `person${String(number).padStart(7, '0')}@btinternet.com`,
    password: 'a password of ordinary length',
    downloads: 20,
    expires: 1,
  })
  return Buffer.from(
    `POST /api/v1/invitations HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${apiKey}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}

/** Appends a page and waits for the disk, over and over: times a second. */
function fsyncRate(milliseconds: number): number {
  const file = openSync(join(folder, 'fsync'), 'a')
  const page = Buffer.alloc(PAGE, 1)
  const begin = performance.now()
  let count = 0
  while (performance.now() - begin < milliseconds) {
    writeSync(file, page)
    fdatasyncSync(file)
    count++
  }
  closeSync(file)
  return count / ((performance.now() - begin) / 1000)
}

function row(title: string, value: string): void {
  console.log(`  ${title.padEnd(58)}${value.padStart(10)}`)
}

async function makeMany(port: number, milliseconds: number): Promise<number> {
  let number = 0
  const sample = await fetch(`http://127.0.0.1:${port}/api/v1/invitations`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: creationRequest(0).toString().split('\r\n\r\n')[1] ?? '',
  })
  const bodyLength = (await sample.text()).length
  return measureLoad({
    port,
    request: () => creationRequest(++number),
    bodyLength,
    status: 201,
    connections: CREATORS,
    milliseconds,
  })
}

/** Makes invitations one after the other, so many times side by side, until the time is over. */
async function makeInProcess(invitations: Invitations, milliseconds: number): Promise<number> {
  const begin = performance.now()
  let made = 0
  const caller = async () => {
    while (performance.now() - begin < milliseconds) {
      await invitations.make(PERSON, { ...DEFAULT_TERMS, maker: 'bench' })
      made++
    }
  }
  await Promise.all(Array.from({ length: CREATORS }, caller))
  return made / ((performance.now() - begin) / 1000)
}

async function creations(): Promise<boolean> {
  const port = firstPort
  const server = startServer('sqlite', port, 'sqlite:http.db')
  await untilReady(port, server)
  const file = join(folder, 'bench.db')
  const store = await openSqliteStore({ file, now: Date.now, worker: WORKER })
  const invitations = new Invitations({ store })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await makeMany(port, WARM_UP_MILLISECONDS)
  await makeInProcess(invitations, WARM_UP_MILLISECONDS)
  const measured = { fsyncs: [], made: [], delays: [], http: [], httpDelays: [] } as Record<
    string,
    number[]
  >
  const keep = (name: string, value: number) => measured[name]?.push(value)
  for (let round = 0; round < CREATION_ROUNDS; round++) {
    keep('fsyncs', fsyncRate(CREATION_MILLISECONDS / 2))
    delay.reset()
    keep('made', await makeInProcess(invitations, CREATION_MILLISECONDS))
    keep('delays', Math.max(0, delay.percentile(99) / 1e6 - 1))
    await eventLoopDelay(server)
    keep('http', await makeMany(port, CREATION_MILLISECONDS))
    keep('httpDelays', await eventLoopDelay(server))
  }
  delay.disable()
  await store.close()
  server.kill()
  const of = (name: string) => median(measured[name] ?? [])
  const wanted = Math.min(LIMITS.creations, LIMITS.perFsync * of('fsyncs'))
  console.log(`Making invitations, ${CREATORS} callers at once, SQLite`)
  row('fsyncs a second of the same disk', of('fsyncs').toFixed(0))
  row(
    `wanted: the lesser of ${LIMITS.creations} and ${LIMITS.perFsync} times that`,
    wanted.toFixed(0),
  )
  row('invitations a second', of('made').toFixed(0))
  row('event loop, 99th percentile, ms', of('delays').toFixed(1))
  console.log('The same with one HTTP call each, for comparison')
  row('invitations a second', of('http').toFixed(0))
  row('event loop of the server, 99th percentile, ms', of('httpDelays').toFixed(1))
  return of('made') >= wanted && of('delays') < LIMITS.delay
}

async function profiles(): Promise<boolean> {
  const [redisPort, port] = [firstPort + 1, firstPort + 2]
  const redis = ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  run('redis', 'redis-server', redis)
  await new Promise((resolve) => setTimeout(resolve, 500))
  const server = startServer('redis-store', port, `redis://127.0.0.1:${redisPort}`)
  await untilReady(port, server)
  const tokens: string[] = []
  let left = 0
  let token = ''
  const refill = async (count: number) => {
    const make = async () => {
      while (tokens.length < count) {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/invitations`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
          body: creationRequest(1).toString().split('\r\n\r\n')[1] ?? '',
        })
        const { url } = (await response.json()) as { url: string }
        tokens.push(new URL(url).pathname)
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, make))
  }
  const get = (path: string) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`)
  const withInvitation = () => {
    if (left === 0) {
      token = tokens.pop() ?? ''
      left = 20
    }
    left--
    return get(`${token}/formats/apple-profile`)
  }
  const plain = get('/formats/apple-profile?address=person0000001@btinternet.com')
  await refill(2)
  const lengthOf = async (path: string) =>
    (await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer()).byteLength
  const ways = [
    {
      request: plain,
      bodyLength: await lengthOf('/formats/apple-profile?address=person0000001@btinternet.com'),
      rates: [] as number[],
      delays: [] as number[],
    },
    {
      request: withInvitation,
      bodyLength: await lengthOf(`${tokens.pop() ?? ''}/formats/apple-profile`),
      rates: [] as number[],
      delays: [] as number[],
    },
  ]
  for (let round = -1; round < PROFILE_ROUNDS; round++) {
    for (const way of ways) {
      await refill(250)
      await eventLoopDelay(server)
      const milliseconds = round < 0 ? WARM_UP_MILLISECONDS / 2 : PROFILE_MILLISECONDS
      const rate = await measureLoad({ ...way, port, connections: CONNECTIONS, milliseconds })
      const delay = await eventLoopDelay(server)
      if (round < 0) continue
      way.rates.push(rate)
      way.delays.push(delay)
    }
  }
  const [without, through] = ways
  const cost = median(
    (without?.rates ?? []).map((rate, round) => rate / (through?.rates[round] ?? NaN)),
  )
  console.log(
    `\nSigned profiles (RSA-2048), ${CONNECTIONS} connections, limits off, Redis on loopback`,
  )
  row('without an invitation, a second', median(without?.rates ?? []).toFixed(0))
  row('through an invitation, a second', median(through?.rates ?? []).toFixed(0))
  row(`cost of one through an invitation (wanted: ${LIMITS.cost})`, cost.toFixed(2))
  row('event loop, 99th percentile, ms', median(through?.delays ?? []).toFixed(1))
  return cost <= LIMITS.cost && median(through?.delays ?? []) < LIMITS.delay
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ` +
    `${availableParallelism()} cores\n`,
)
try {
  const results = [await creations(), await profiles()]
  const isMet = results.every(Boolean)
  console.log(`\nWanted, with an event loop under ${LIMITS.delay} ms: ${isMet ? 'met' : 'missed'}.`)
  process.exitCode = isMet ? 0 : 1
} finally {
  const running = children.filter(
    ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
  )
  for (const child of running) {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
