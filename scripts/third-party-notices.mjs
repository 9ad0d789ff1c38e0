import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { URL } from 'node:url'

// Those that ask for nothing but their notice.
const PERMISSIVE = new Set('0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause ISC MIT MIT-0'.split(' '))

// Packages under the MIT licence that come without its text; their repositories have it.
const HOLDERS = { '@redis/client': 'Copyright (c) 2022-2025, Redis, inc.' }

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
  const text = licenceIn(folder) ?? (license === 'MIT' ? textOfMit(HOLDERS[name]) : undefined)
  if (text === undefined) throw new Error(`${name} has no text of its licence.`)
  return [`${name} ${version} (${license})`, text.trim()]
}

/** The text of a file, or of a section of the package's page. */
function licenceIn(folder) {
  const read = (pattern) => {
    const name = readdirSync(folder).find((one) => pattern.test(one))
    return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8')
  }
  const [, section] =
    /^#+ licen[cs]e\n([^]*?\bPermission is hereby granted\b[^]*?)(?=^#|$(?![^]))/im.exec(
      read(/^readme/i) ?? '',
    ) ?? []
  return read(/^licen[cs]e/i) ?? section
}

/** The text of this package's own licence, with other holders. */
function textOfMit(holder) {
  if (holder === undefined) return undefined
  const own = readFileSync(new URL('../LICENSE', import.meta.url), 'utf8')
  return own.replace(/^Copyright .*$/m, holder)
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
