import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { billOfMaterials, type Bom } from './bill-of-materials.js'
import { shippedPackages } from './shipped-packages.js'

// `npm run sbom`: mailprofile-VERSION.cdx.json of a checkout that is built, with what is installed on every platform.

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { out: { type: 'string', default: '.' } } })
const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string
  version: string
}
const run = (command: string, argv: readonly string[]) =>
  execFileSync(command, argv, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
const all = JSON.parse(
  run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']),
) as Bom
const seconds = process.env['SOURCE_DATE_EPOCH'] ?? run('git', ['log', '-1', '--format=%ct']).trim()
const release = { name, date: new Date(Number(seconds) * 1000) }
const bom = billOfMaterials(all, shippedPackages(ROOT, { everywhere: true }), release)
const file = join(resolve(values.out), `mailprofile-${version}.cdx.json`)
writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
process.stdout.write(`${file}\n`)
