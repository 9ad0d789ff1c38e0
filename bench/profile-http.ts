import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { median } from './median.js'
import { measureProfiles, type ProfileRow } from './profiles-over-http.js'
import { hasWrk } from './wrk.js'

// Signed profiles over HTTP, each for another address, beside bare Express. `--rounds N` for fewer or more.

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '21' } } })
const ROUNDS = Number(values.rounds)
const SECONDS = 1
const CONNECTIONS = 16
const WANTED = 0.8

const TITLES: Readonly<Record<ProfileRow['way'], string>> = {
  catalogue: 'mailprofile, from the catalogue',
  configured: 'mailprofile, a configured domain',
  bare: 'bare Express, the same answer',
}

function row(...cells: readonly string[]): void {
  const [first = '', ...rest] = cells
  console.log(first.padEnd(40) + rest.map((cell) => cell.padStart(14)).join(''))
}

if (!hasWrk()) throw new Error('There is no program “wrk”.')
console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ` +
    `${availableParallelism()} cores that the server and wrk share, ${CONNECTIONS} connections kept open`,
)
console.log(
  `Medians of ${ROUNDS} rounds in turn, ${SECONDS} s each: short, so that what else the machine does is spread.`,
)
let isFastEnough = true
for (const key of ['RSA-2048', 'P-256'] as const) {
  console.log('')
  row(key, 'profiles/s', 'from', 'to', 'of bare')
  for (const { way, rates, ofBare } of await measureProfiles(key, {
    rounds: ROUNDS,
    seconds: SECONDS,
    connections: CONNECTIONS,
  })) {
    const figures = [median(rates), Math.min(...rates), Math.max(...rates)]
    row(`  ${TITLES[way]}`, ...figures.map((rate) => rate.toFixed(0)), ofBare.toFixed(2))
    if (ofBare < WANTED) isFastEnough = false
  }
}
console.log(`\nWanted: ${WANTED} of bare: ${isFastEnough ? 'met' : 'missed'}.`)
process.exitCode = isFastEnough ? 0 : 1
