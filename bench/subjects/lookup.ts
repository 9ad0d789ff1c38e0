import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inFolder } from '../support/in-folder.js'
import { beyond, EMPTY_NODE, emptyStart, timeOf } from '../support/node-start.js'
import { BIN } from '../support/places.js'
import { inTurn, row, type Subject } from '../support/subject.js'

/** How many milliseconds the command may take beyond an empty start. */
const LIMIT = 60
const PROVIDERS = 1000
const LOAD_LIMIT = 1000
const LOOK_UPS = 200_000
const LIBRARY = new URL('../../dist/index.js', import.meta.url).href

// A process of its own for each: nothing is warm.
const LOADING = `
import { loadCatalogue } from '${LIBRARY}'
const begin = performance.now()
const catalogue = await loadCatalogue(process.argv.slice(1))
console.log(performance.now() - begin)
const domain = process.argv.length > 1 ? 'b${PROVIDERS / 2}.example' : 'talk21.com'
const start = performance.now()
for (let n = 0; n < ${LOOK_UPS}; n++) catalogue.forDomain(domain)
console.log((performance.now() - start) / ${LOOK_UPS} * 1e6)
`

/** The command `lookup`, and how providers are read and found. */
export const lookup: Subject = {
  name: 'lookup',
  about: 'the command lookup, and the catalogue',
  run: ({ isQuick }) =>
    inFolder(async (folder) => {
      const many = writeProviders(folder)
      const { empty, command } = await inTurn(isQuick ? 7 : 31, {
        empty: emptyStart,
        command: () => timeOf([BIN, 'lookup', 'ann@btinternet.com'], { cwd: folder }),
      })
      const nanoseconds = { few: [] as number[], all: [] as number[] }
      const loading = (kind: 'few' | 'all', folders: readonly string[]) => async () => {
        const [milliseconds = NaN, each = NaN] = await load(folders)
        nanoseconds[kind].push(each)
        return milliseconds
      }
      const { few, all } = await inTurn(isQuick ? 3 : 9, {
        few: loading('few', []),
        all: loading('all', [many]),
      })
      return [
        row(['command', 'mailprofile lookup'], 'ms', command, {
          peer: { title: EMPTY_NODE, values: empty },
        }),
        row(['beyond', 'mailprofile lookup, beyond an empty Node'], 'ms', beyond(command, empty), {
          wanted: { of: 'median', atMost: LIMIT },
        }),
        row(['shipped', 'reading the shipped catalogue'], 'ms', few),
        row(['many', `and ${PROVIDERS} provider files`], 'ms', all, {
          wanted: { of: 'median', atMost: LOAD_LIMIT },
        }),
        row(['find', 'finding a domain in the shipped catalogue'], 'ns', nanoseconds.few),
        row(['find-many', `finding a domain with ${PROVIDERS} more`], 'ns', nanoseconds.all),
      ]
    }),
}

function writeProviders(folder: string): string {
  const many = join(folder, 'many')
  const template = readFileSync(new URL('../../providers/bt.yaml', import.meta.url), 'utf8')
  mkdirSync(many)
  for (let n = 0; n < PROVIDERS; n++) {
    const yaml = template
      .replace('id: bt', `id: p${n}`)
      .replace(/domains: .*/, `domains: [a${n}.example, b${n}.example, c${n}.example]`)
    writeFileSync(join(many, `p${n}.yaml`), yaml)
  }
  return many
}

async function load(folders: readonly string[]): Promise<readonly number[]> {
  const argv = ['--input-type=module', '-e', LOADING, ...folders]
  const child = spawn(process.execPath, argv, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return said.trim().split('\n').map(Number)
}
