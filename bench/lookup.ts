import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// How long `mailprofile lookup` takes beside an empty Node start in the same run, how long a server
// takes to read a thousand provider files, and what one look-up costs with few and with many of them.

const RUNS = 21
const PROVIDERS = 1000
const LOOK_UPS = 200_000
const BIN = fileURLToPath(new URL('../dist/bin/mailprofile.js', import.meta.url))
const LOAD = new URL('../dist/index.js', import.meta.url).href
const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
const many = join(folder, 'many')

const template = readFileSync(new URL('../providers/bt.yaml', import.meta.url), 'utf8')
mkdirSync(many)
for (let n = 0; n < PROVIDERS; n++) {
  const yaml = template
    .replace('id: bt', `id: p${n}`)
    .replace(/domains: .*/, `domains: [a${n}.example, b${n}.example, c${n}.example]`)
  writeFileSync(join(many, `p${n}.yaml`), yaml)
}

// A process of its own for each: nothing is warm.
const LOADING = `
import { loadCatalogue } from '${LOAD}'
const begin = performance.now()
const catalogue = await loadCatalogue(process.argv.slice(1))
console.log(performance.now() - begin)
const domain = process.argv.length > 1 ? 'b${PROVIDERS / 2}.example' : 'talk21.com'
const start = performance.now()
for (let n = 0; n < ${LOOK_UPS}; n++) catalogue.forDomain(domain)
console.log((performance.now() - start) / ${LOOK_UPS} * 1e6)
`

async function time(argv: readonly string[]): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, argv, { cwd: folder, env: {}, stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  return performance.now() - begin
}

async function load(folders: readonly string[]): Promise<readonly number[]> {
  const argv = ['--input-type=module', '-e', LOADING, ...folders]
  const child = spawn(process.execPath, argv, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return said.trim().split('\n').map(Number)
}

function summary(values: readonly (number | undefined)[], unit: string): string {
  const sorted = values.map((value) => value ?? NaN).sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0)
  return `median ${at(0.5)} ${unit} (${at(0)} to ${at(1)})`
}

const empty: number[] = []
const lookups: number[] = []
const few: (readonly number[])[] = []
const all: (readonly number[])[] = []
for (let run = 0; run < RUNS; run++) {
  empty.push(await time(['-e', '']))
  lookups.push(await time([BIN, 'lookup', 'ann@btinternet.com']))
  if (run % 3 === 0) few.push(await load([]))
  if (run % 3 === 0) all.push(await load([many]))
}
rmSync(folder, { recursive: true })
const beyond = lookups.map((value, run) => value - (empty[run] ?? NaN))
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${RUNS} runs`)
console.log(`empty Node start           ${summary(empty, 'ms')}`)
console.log(`mailprofile lookup         ${summary(lookups, 'ms')}`)
console.log(`  beyond the empty start   ${summary(beyond, 'ms')}, limit 90`)
console.log(
  `shipped catalogue          ${summary(
    few.map(([ms]) => ms),
    'ms',
  )}`,
)
console.log(
  `and ${PROVIDERS} provider files    ${summary(
    all.map(([ms]) => ms),
    'ms',
  )}, limit 1000`,
)
console.log(
  `one look-up, shipped       ${summary(
    few.map(([, ns]) => ns),
    'ns',
  )}`,
)
console.log(
  `one look-up, with ${PROVIDERS}     ${summary(
    all.map(([, ns]) => ns),
    'ns',
  )}`,
)
