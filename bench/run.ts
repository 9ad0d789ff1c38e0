import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import buildIfOlder from '../test/support/build-if-older.js'
import { readResults, thisMachine, writeResults, type Measured } from './results.js'
import { SUBJECTS } from './subjects.js'
import type { Row, Subject } from './support/subject.js'
import { tableHead, tableRows } from './table.js'
import { writeFigures } from './texts.js'

// `npm run bench`: measures all subjects, or those that are named, one after the other, and prints one table. The exit
// status is 1 when something wanted was missed, or could not be measured.

const HELP = `npm run bench -- [subject …]

  --quick   few and short rounds, about five minutes: does it work, and about how fast
  --write   keep what was measured in bench/results.json, and put it into the texts
  --texts   measure nothing, and put what is kept into the texts

BENCH_FOLDER is where files are written; the folder for temporary ones by default. Programs of Debian are needed:
.ci/run installs them.

Subjects:
${SUBJECTS.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}
`
const ONE = fileURLToPath(new URL('run-subject.ts', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    texts: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Undefined when it failed, which it has said why. */
async function measure({ name }: Subject): Promise<readonly Row[] | undefined> {
  const child = fork(ONE, [name, values.quick ? 'quick' : 'whole'], {
    execArgv: ['--import', import.meta.resolve('tsx')],
  })
  let rows: readonly Row[] | undefined
  child.on('message', (message) => (rows = message as Row[]))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code === 0 ? rows : undefined
}

async function run(): Promise<boolean> {
  buildIfOlder()
  const unknown = positionals.filter((name) => !SUBJECTS.some((one) => one.name === name))
  if (unknown.length > 0) throw new Error(`No subject: ${unknown.join(', ')}. See --help.`)
  const wanted = SUBJECTS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  )
  const { node, processor, cores } = thisMachine()
  console.log(`Node ${node}, ${processor}, ${cores} cores that everything shares\n`)
  console.log(tableHead())
  const measured: Record<string, Measured> = {}
  const missed: string[] = []
  for (const subject of wanted) {
    const begin = performance.now()
    const rows = await measure(subject)
    const seconds = Math.round((performance.now() - begin) / 1000)
    if (rows === undefined) {
      missed.push(`${subject.name}: could not be measured`)
      continue
    }
    console.log(tableRows(subject.name, `${subject.about} (${seconds} s)`, rows))
    const date = new Date().toISOString().slice(0, 10)
    measured[subject.name] = { date, isQuick: values.quick, seconds, rows }
    const short = rows.filter(({ isMet }) => isMet === false)
    missed.push(...short.map(({ title }) => `${subject.name}: ${title}`))
  }
  if (values.write) {
    const names = SUBJECTS.map(({ name }) => name)
    await fillTexts(writeResults(measured, readResults(), names))
  }
  console.log(
    missed.length === 0 ? '\nAll that is wanted is met.' : `\nMissed:\n  ${missed.join('\n  ')}`,
  )
  return missed.length === 0
}

async function fillTexts(results: Parameters<typeof writeFigures>[0]): Promise<void> {
  for (const path of await writeFigures(results)) console.log(`Written: ${path}`)
}

if (values.help) console.log(HELP)
else if (values.texts) await fillTexts(readResults())
else process.exitCode = (await run()) ? 0 : 1
