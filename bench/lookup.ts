import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyStart, spread, timeOf } from './node-start.js'

// How long `mailprofile lookup` takes beside an empty Node start in the same run, how long a server
// takes to read a thousand provider files, and what one look-up costs with few and with many of them.

const RUNS = 21
/** How many milliseconds it may take beyond an empty start. */
const LIMIT = 60
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

async function load(folders: readonly string[]): Promise<readonly number[]> {
  const argv = ['--input-type=module', '-e', LOADING, ...folders]
  const child = spawn(process.execPath, argv, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return said.trim().split('\n').map(Number)
}

const empty: number[] = []
const lookups: number[] = []
const few: (readonly number[])[] = []
const all: (readonly number[])[] = []
for (let run = 0; run < RUNS; run++) {
  empty.push(await emptyStart())
  lookups.push(await timeOf([BIN, 'lookup', 'ann@btinternet.com'], { cwd: folder }))
  if (run % 3 === 0) few.push(await load([]))
  if (run % 3 === 0) all.push(await load([many]))
}
rmSync(folder, { recursive: true })
const beyond = lookups.map((value, run) => value - (empty[run] ?? NaN))
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${RUNS} runs`)
console.log(`empty Node start           ${spread(empty, 'ms')}`)
console.log(`mailprofile lookup         ${spread(lookups, 'ms')}`)
console.log(`  beyond the empty start   ${spread(beyond, 'ms')}, limit ${LIMIT}`)
console.log(
  `shipped catalogue          ${spread(
    few.map(([ms]) => ms),
    'ms',
  )}`,
)
console.log(
  `and ${PROVIDERS} provider files    ${spread(
    all.map(([ms]) => ms),
    'ms',
  )}, limit 1000`,
)
console.log(
  `one look-up, shipped       ${spread(
    few.map(([, ns]) => ns),
    'ns',
  )}`,
)
console.log(
  `one look-up, with ${PROVIDERS}     ${spread(
    all.map(([, ns]) => ns),
    'ns',
  )}`,
)
