import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

// Those that ask for nothing but their notice.
const PERMISSIVE = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'])

/**
 * The licences of the packages that files come from, with their texts, which they ask to go with every copy.
 *
 * @param {Iterable<string>} files
 * @throws Error for a package whose licence asks for more, or is missing
 */
export function noticesFor(files) {
  const folders = new Set(Array.from(files, packageOf))
  const notices = new Map(Array.from(folders, notice))
  const names = [...notices.keys()].sort()
  return names.map((name) => `${name}\n\n${notices.get(name)}\n`).join(`\n${'-'.repeat(80)}\n\n`)
}

function notice(folder) {
  const { name, version, license } = manifestIn(folder)
  if (!PERMISSIVE.has(license)) throw new Error(`May ${name} be copied? Its licence: ${license}.`)
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
  if (file === undefined) throw new Error(`${name} has no text of its licence.`)
  return [`${name} ${version} (${license})`, readFileSync(join(folder, file), 'utf8').trim()]
}

// Parts of packages have manifests too, without names.
function packageOf(file) {
  const folder = dirname(file)
  return manifestIn(folder)?.name === undefined ? packageOf(folder) : folder
}

function manifestIn(folder) {
  const path = join(folder, 'package.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
