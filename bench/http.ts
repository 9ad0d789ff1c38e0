import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureLoad } from './http-load.js'
import { median } from './median.js'

// autoconfig answers under load, beside a route that sends the same bytes behind the same middleware,
// and beside bare Express. Each is a process of its own that logs to a file, as in `serve`.

const ROUNDS = 31
const WARM_UP_MILLISECONDS = 2000
const ROUND_MILLISECONDS = 300
const CONNECTIONS = 16
const LIMITS = { constant: 0.85, bare: 0.5 }

const BIN = fileURLToPath(new URL('../dist/bin/mailprofile.js', import.meta.url))
const BASELINE = fileURLToPath(new URL('http-baseline.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')
const HOST = 'autoconfig.btinternet.com'
const TARGETS = ['/mail/config-v1.1.xml', '/mail/config-v1.1.xml?emailaddress=ann%40btinternet.com']

const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
const firstPort = 18_000 + (process.pid % 1000) * 3
const children: ChildProcess[] = []

function start(name: string, argv: readonly string[]): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), 'w')
  const child = spawn(process.execPath, argv, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      XDG_STATE_HOME: folder,
      MAILPROFILE_BASE_URL: 'https://setup.example.com',
    },
    stdio: ['pipe', log, 'inherit'],
  })
  closeSync(log)
  children.push(child)
  return child
}

function requestFor(target: string): Buffer {
  return Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\nUser-Agent: bench\r\n\r\n`)
}

async function firstAnswer(port: number, child: ChildProcess): Promise<Buffer> {
  const url = `http://127.0.0.1:${port}/mail/config-v1.1.xml?emailaddress=ann@btinternet.com`
  for (;;) {
    try {
      return Buffer.from(await (await fetch(url)).arrayBuffer())
    } catch (error) {
      if (child.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

function row(...cells: readonly string[]): void {
  const [first = '', ...rest] = cells
  console.log(first.padEnd(48) + rest.map((cell) => cell.padStart(13)).join(''))
}

async function run(): Promise<boolean> {
  const ports = { ours: firstPort, constant: firstPort + 1, bare: firstPort + 2 }
  const server = start('ours', [BIN, 'serve', '--port', String(ports.ours)])
  const body = await firstAnswer(ports.ours, server)
  for (const kind of ['constant', 'bare'] as const) {
    const child = start(kind, ['--import', TSX, BASELINE, kind, String(ports[kind])])
    child.stdin?.end(body)
    if (!(await firstAnswer(ports[kind], child)).equals(body)) throw new Error(`${kind} differs.`)
  }
  const load = { bodyLength: body.length, connections: CONNECTIONS }
  const [byHost = '', byAddress = ''] = TARGETS
  const ways = [
    { title: 'mailprofile, by Host', port: ports.ours, target: byHost },
    { title: 'mailprofile, by emailaddress', port: ports.ours, target: byAddress },
    { title: 'a constant route, the same middleware', port: ports.constant, target: byHost },
    { title: 'bare Express', port: ports.bare, target: byHost },
  ].map((way) => ({ ...way, request: requestFor(way.target), rates: [] as number[] }))
  for (const way of ways) await measureLoad({ ...load, ...way, milliseconds: WARM_UP_MILLISECONDS })
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ways) {
      way.rates.push(await measureLoad({ ...load, ...way, milliseconds: ROUND_MILLISECONDS }))
    }
  }
  const [, , constant, bare] = ways
  const share = (rates: readonly number[], base: readonly number[] = []) =>
    median(rates.map((rate, round) => rate / (base[round] ?? NaN)))
  row(`autoconfig, ${body.length} bytes`, 'answers/s', 'of constant', 'of bare')
  let isFastEnough = true
  for (const { title, rates, port } of ways) {
    const ofConstant = share(rates, constant?.rates)
    const ofBare = share(rates, bare?.rates)
    row(`  ${title}`, median(rates).toFixed(0), ofConstant.toFixed(2), ofBare.toFixed(2))
    if (port === ports.ours && (ofConstant < LIMITS.constant || ofBare < LIMITS.bare)) {
      isFastEnough = false
    }
  }
  return isFastEnough
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ` +
    `${availableParallelism()} cores, ${CONNECTIONS} connections kept open`,
)
console.log(
  `Medians of ${ROUNDS} rounds in turn, ${ROUND_MILLISECONDS / 1000} s each: short, so that what else the machine does is spread.\n`,
)
try {
  const isFastEnough = await run()
  console.log(
    `\nWanted: ${LIMITS.constant} of constant and ${LIMITS.bare} of bare: ${isFastEnough ? 'met' : 'missed'}.`,
  )
  process.exitCode = isFastEnough ? 0 : 1
} finally {
  for (const child of children.filter(({ exitCode }) => exitCode === null)) {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  rmSync(folder, { recursive: true })
}
