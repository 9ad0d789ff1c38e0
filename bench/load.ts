import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request, type IncomingMessage } from 'node:http'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createApiKey, hashApiKey } from '../src/http/api/key.js'
import { probe, type Probe } from './probe.js'

// What a person who comes by gets while a server has far too much to do: 1,000 connections that ask for the
// setup page over and over (wrk), with and without clients that attack. With `--soak` whether memory stays
// what it is while clients of ever new addresses come. `--seconds N` for each row; BENCH_DIST is another
// build to compare with.

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, soak: { type: 'boolean', default: false } },
})
const SECONDS = Number(values.seconds ?? (values.soak ? 600 : 60))
const CONNECTIONS = 1000
const SOAK_CONNECTIONS = 16
const SOAK_ROWS = 10
const PROBE_MILLISECONDS = 200
// The page of one is shown 120 times a minute.
const INVITATIONS = 5
const SETTLE_MILLISECONDS = 2000
const MEMORY_LIMIT = 300
// Fewer than the attackers have connections.
const OPEN_FILES = 4096

const DIST = process.env['BENCH_DIST'] ?? fileURLToPath(new URL('../dist', import.meta.url))
const ATTACKERS = fileURLToPath(new URL('attackers.ts', import.meta.url))
const SETUP = '/setup?address=ann@btinternet.com'
const ROWS = [
  { title: 'nothing else', load: false, attack: undefined },
  { title: 'slow', load: false, attack: 'slow' },
  { title: 'pipelining', load: false, attack: 'pipelining' },
  { title: 'load', load: true, attack: undefined },
  { title: 'load + slow', load: true, attack: 'slow' },
  { title: 'load + pipelining', load: true, attack: 'pipelining' },
] as const

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
const apiKey = createApiKey(randomBytes)
const port = 20_000 + (process.pid % 10_000)
const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

writeFileSync(
  join(folder, 'mailprofile.yaml'),
  `baseUrl: https://setup.example.com
store: 'memory:'
trustProxy: [127.0.0.1]
limits: { client: 1000000 }
log: { level: error }
api: { keys: [{ name: bench, hash: '${hashApiKey(apiKey)}' }] }
`,
)

async function startServer(): Promise<ChildProcess> {
  const log = openSync(join(folder, 'server.log'), 'w')
  // Node raises its limit as far as it may, so both of them.
  const command = `ulimit -n ${OPEN_FILES} && exec "$0" "$@"`
  const bin = join(DIST, 'bin/mailprofile.js')
  const child = spawn(
    'sh',
    ['-c', command, process.execPath, bin, 'serve', '--port', String(port)],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder },
      stdio: ['ignore', log, 'inherit'],
    },
  )
  closeSync(log)
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/healthz`)
      return child
    } catch (error) {
      if (child.exitCode !== null) throw error
      await pause(20)
    }
  }
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function invite(code: boolean): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/invitations`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ address: 'ann@btinternet.com', ...(code ? { code } : {}) }),
  })
  return ((await response.json()) as { url: string }).url.replace(/^.*\//, '')
}

/** Megabytes now, and the most so far; Linux only. */
function memory({ pid = 0 }: ChildProcess): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  return { now: of('VmRSS'), most: of('VmHWM') }
}

function hasWrk(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v wrk'])
    return true
  } catch {
    return false
  }
}

async function runLoad(): Promise<string> {
  const url = `http://127.0.0.1:${port}${SETUP}`
  const argv = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${SECONDS}s`, '--timeout', '30s', url]
  const child = spawn('wrk', argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await once(child, 'exit')
  const of = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0)
  const all = of(/(\d+) requests in/)
  const good = all - of(/Non-2xx or 3xx responses: (\d+)/)
  return `${(good / SECONDS).toFixed(0)}+${((all - good) / SECONDS).toFixed(0)}`
}

function told({ times, shed, refused }: Probe): string {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(0)
  const not = shed + refused === 0 ? '' : ` ${shed}/${refused} of ${sorted.length + shed + refused}`
  return `${at(0.5)} ${at(0.99)}${not}`
}

function row(...cells: readonly string[]): void {
  const [first = '', ...rest] = cells
  console.log(first.padEnd(20) + rest.map((cell) => cell.padStart(25)).join(''))
}

async function measure({ title, load, attack }: (typeof ROWS)[number]): Promise<void> {
  const server = await startServer()
  let attackers: ChildProcess | undefined
  try {
    const coded = await invite(true)
    const plain = await Promise.all(Array.from({ length: INVITATIONS }, () => invite(false)))
    if (attack !== undefined) {
      attackers = fork(ATTACKERS, [attack, String(port), coded], { execArgv: ['--import', 'tsx'] })
      await pause(SETTLE_MILLISECONDS)
    }
    const loaded = load ? runLoad() : pause(SECONDS * 1000).then(() => '')
    const targets = [['/healthz'], plain.map((token) => `/i/${token}`), [SETUP]]
    const probes = targets.map((paths) => ({ paths, times: [], shed: 0, refused: 0 }))
    const running = new Set<Promise<void>>()
    const end = performance.now() + SECONDS * 1000
    for (let turn = 0; performance.now() < end; turn++) {
      for (const one of probes) {
        const asked = probe(port, one.paths[turn % one.paths.length] ?? '', one)
        running.add(asked)
        void asked.then(() => running.delete(asked))
      }
      await pause(PROBE_MILLISECONDS)
    }
    await Promise.all(running)
    const rates = await loaded
    row(title, ...probes.map(told), `${memory(server).most.toFixed(0)} MB`, rates)
  } finally {
    await stop(attackers)
    await stop(server)
  }
}

function randomAddress(): string {
  return randomInt(2) === 0
    ? [...randomBytes(4)].join('.')
    : `2001:db8:${(randomBytes(12).toString('hex').match(/.{4}/g) ?? []).join(':')}`
}

/** Asks for the page, each time from another address, until then: how many got it and how many 503. */
async function askFromEverywhere(until: number): Promise<{ pages: number; shed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOAK_CONNECTIONS })
  const counts = { pages: 0, shed: 0 }
  const askOne = async () => {
    const headers = { 'X-Forwarded-For': randomAddress() }
    const asked = request({ port, host: '127.0.0.1', path: SETUP, agent, headers }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    await once(response.resume(), 'end')
    if (response.statusCode === 200) counts.pages++
    else if (response.statusCode === 503) counts.shed++
    else throw new Error(`Not an answer: ${response.statusCode ?? ''}`)
  }
  const askOn = async () => {
    while (performance.now() < until) await askOne()
  }
  await Promise.all(Array.from({ length: SOAK_CONNECTIONS }, askOn))
  agent.destroy()
  return counts
}

async function soak(): Promise<boolean> {
  const server = await startServer()
  try {
    row('seconds', 'pages/s', '503/s', 'MB now', 'MB at most')
    let most = 0
    const each = SECONDS / SOAK_ROWS
    for (let i = 1; i <= SOAK_ROWS; i++) {
      const { pages, shed } = await askFromEverywhere(performance.now() + each * 1000)
      const megabytes = memory(server)
      most = megabytes.most
      row(
        (each * i).toFixed(0),
        (pages / each).toFixed(0),
        (shed / each).toFixed(0),
        megabytes.now.toFixed(0),
        most.toFixed(0),
      )
    }
    console.log(`\nWanted: under ${MEMORY_LIMIT} MB: ${most < MEMORY_LIMIT ? 'met' : 'missed'}.`)
    return most < MEMORY_LIMIT
  } finally {
    await stop(server)
  }
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ` +
    `${availableParallelism()} cores that the load, the attackers and the server share\n`,
)
try {
  if (values.soak) process.exitCode = (await soak()) ? 0 : 1
  else {
    console.log(
      `${SECONDS} s each, every ${PROBE_MILLISECONDS} ms a request of each kind on a new connection: ` +
        `median and 99th percentile in ms,\nthen, if any, how many got 503 / no answer, of how many.\n`,
    )
    row(
      'beside',
      '/healthz',
      'an invitation',
      'the setup page',
      'memory at most',
      'load: 200+others/s',
    )
    const isLoadable = hasWrk()
    for (const one of ROWS) if (isLoadable || !one.load) await measure(one)
    if (!isLoadable) console.log('\nThe rows with load are left out: there is no program “wrk”.')
  }
} finally {
  rmSync(folder, { recursive: true })
}
