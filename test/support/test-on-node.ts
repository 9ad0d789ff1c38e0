import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// npm run test:node -- 24 [what vitest takes]
//
// Runs tests, and whatever they start, on another Node: the newest one of that number (24, or 20.19), from
// the packages in which npm's `node` keeps it for each kind of machine. It is no dependency, because hardly
// anybody wants its two hundred megabytes; it stays beside the packages until these are installed anew.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const [wanted = '', ...rest] = process.argv.slice(2)
if (!/^\d+(?:\.\d+)?$/.test(wanted)) {
  console.error('Usage: npm run test:node -- 24 [what vitest takes]')
  process.exit(2)
}

const folder = join(ROOT, 'node_modules/.cache/node', wanted)
// Apple's processors came later, when the shorter name was taken.
const kind = `${process.platform}-${process.arch}`
const name = kind === 'darwin-arm64' ? `node-bin-${kind}` : `node-${kind}`
const bin = join(folder, 'node_modules', name, 'bin')
const node = join(bin, 'node')

if (!existsSync(node)) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  // Nothing of it is run by this: the program is in the package.
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${wanted}`]
  execFileSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
console.log(`On Node ${version}.`)
if (!version.startsWith(`v${wanted}.`)) throw new Error(`${node} is Node ${version}.`)
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
const { status } = spawnSync(node, [vitest, 'run', ...rest], {
  cwd: ROOT,
  stdio: 'inherit',
  // So that `npm` and `npx` are run by it too.
  env: { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) },
})
process.exitCode = status ?? 1
