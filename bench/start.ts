import { spawn } from 'node:child_process'
import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyStart, spread } from './node-start.js'

// From the start of the process to the first answer, beside an empty Node start in the same run; and
// the resident memory of the idle server (Linux).

const RUNS = 11
/** How many milliseconds a first answer may take beyond an empty start. */
const LIMIT = 250
const BIN = fileURLToPath(new URL('../dist/bin/mailprofile.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mailprofile-bench-'))
const port = 18_000 + (process.pid % 1000)

interface Start {
  readonly answer: number
  readonly resident: number
}

async function startServer(): Promise<Start> {
  const begin = performance.now()
  const child = spawn(process.execPath, [BIN, 'serve', '--port', String(port)], {
    cwd: folder,
    env: { PATH: process.env['PATH'], XDG_STATE_HOME: folder },
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}/setup?address=ann@btinternet.com`
  for (;;) {
    const answered = await fetch(url).then(
      async (response) => (await response.text()) !== '',
      () => false,
    )
    if (answered) break
    await sleep(2)
  }
  const answer = performance.now() - begin
  await sleep(500)
  const resident = residentMegabytes(child.pid ?? 0)
  child.kill('SIGTERM')
  await ended
  return { answer, resident }
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

await startServer() // makes the development identity
const starts: Start[] = []
const empties: number[] = []
for (let run = 0; run < RUNS; run++) {
  empties.push(await emptyStart())
  starts.push(await startServer())
}
rmSync(folder, { recursive: true })
const answers = starts.map(({ answer }) => answer)
const beyond = answers.map((answer, run) => answer - (empties[run] ?? NaN))
const residents = starts.map(({ resident }) => resident)
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${RUNS} runs`)
console.log(`empty Node start           ${spread(empties, 'ms')}`)
console.log(`first answer of a server   ${spread(answers, 'ms')}`)
console.log(`  beyond the empty start   ${spread(beyond, 'ms')}, limit ${LIMIT}`)
console.log(`resident, idle             ${spread(residents, 'MB')}`)
