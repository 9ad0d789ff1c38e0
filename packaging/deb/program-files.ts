import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { Architecture } from './control.js'

/** Where everything of Node lies, as npm would install it. */
export const HOME = 'usr/lib/mailprofile'

const PROCESSORS: Readonly<Record<Architecture, string>> = { amd64: 'x64', arm64: 'arm64' }

// Of a package of ours: a server needs no library, no way to build it, and nothing that leads to the sources.
const OWN = /^(?:package\.json|dist\/(?!library\/|index\.js)|providers\/|templates\/)/
// Of all others: sources, declarations, documentation, tests, what browsers get, other weights of fonts,
// commands. Licences stand in one file.
const LEFT_OUT: readonly RegExp[] = [
  /\.(?:d\.[cm]?ts|[cm]?ts|map|md|markdown|flow|s?css|html|yml|tsbuildinfo)$/i,
  // At the top alone: `dist/doc` of yaml is code. `umd` of long is what mysql2 takes.
  /^(?:tests?|__tests__|docs?|examples?|benchmarks?|coverage|flash)\//,
  /(?:^|\/)\.[^/]/,
  /(?:^|\/)(?:licen[cs]e|copying|notice|authors|makefile)\b/i,
  /-(?:standard|full)-[a-z]+\.woff2$|-italic\.woff2$/,
  /\.min\.js$/,
  /^bin(?:\/|\.[cm]?js$)/,
]

export interface ProgramFiles {
  /** Each by its path below `HOME`, and where it lies now. */
  readonly files: ReadonlyMap<string, string>
  /** The folders of packages, relative to `HOME`, that come with it. */
  readonly packages: readonly string[]
  /** The folder that they are in. */
  readonly folder: string
}

/**
 * The program with all that it needs, as the lock file says.
 *
 * @param root the checkout, built
 * @param work an empty folder
 */
export function programFiles(root: string, work: string, architecture: Architecture): ProgramFiles {
  const home = join(work, 'node_modules/mailprofile')
  install(root, work, architecture)
  mkdirSync(home, { recursive: true })
  pack(root, home)
  const own = filesIn(home)
    .filter((path) => OWN.test(path) && !/\.(?:d\.ts|map)$/.test(path))
    .map((path) => `node_modules/mailprofile/${path}`)
  const imported = packagesImported(
    own.filter((path) => path.endsWith('.js')).map((path) => join(work, path)),
  )
  const packages = withDependencies(work, imported)
  const others = packages.flatMap((place) =>
    filesIn(join(work, place))
      .filter(
        (path) => !path.startsWith('node_modules/') && !LEFT_OUT.some((one) => one.test(path)),
      )
      .map((path) => `${place}/${path}`),
  )
  const files = new Map([...own, ...others].map((path) => [path, join(work, path)]))
  return { files, packages, folder: work }
}

function install(root: string, work: string, architecture: Architecture): void {
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(root, name), join(work, name))
  const platform = ['--os=linux', `--cpu=${PROCESSORS[architecture]}`, '--libc=glibc']
  const how = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  execFileSync('npm', ['ci', ...how, ...platform], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function pack(root: string, home: string): void {
  const said = execFileSync('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files } = { files: [] }] = JSON.parse(said) as { files: { path: string }[] }[]
  for (const { path } of files) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    cpSync(join(root, path), join(home, path))
  }
}

const IMPORT =
  /(?:^(?:import|export) (?:[^"]* from )?|\bimport\(|\brequire\(|createRequire\(import\.meta\.url\)\(|\.resolve\()"([^".][^"]*)"/gm
// Their names stand in a table.
const FONT = /"(@fontsource-variable\/[a-z-]+)"/g

function packagesImported(files: readonly string[]): ReadonlySet<string> {
  const names = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return [...text.matchAll(IMPORT), ...text.matchAll(FONT)].map(([, name = '']) => name)
  })
  return new Set(
    names
      .filter((name) => !isBuiltin(name))
      .map((name) => name.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1')),
  )
}

/** Where packages and all that they need are, as Node looks for them. */
function withDependencies(work: string, names: Iterable<string>): readonly string[] {
  const found = new Set<string>()
  const add = (name: string, from: string) => {
    const folder = findPackage(name, from, work)
    // What is optional is not there for another platform.
    if (folder === undefined) return
    const place = relative(work, folder)
    if (found.has(place)) return
    found.add(place)
    const { dependencies = {}, optionalDependencies = {} } = manifestIn(folder)
    for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) add(one, folder)
  }
  for (const name of names) add(name, work)
  return [...found].filter((place) => !place.endsWith('-musl')).sort()
}

function findPackage(name: string, from: string, end: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === end ? undefined : findPackage(name, dirname(from), end)
}

function manifestIn(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>
    readonly optionalDependencies?: Readonly<Record<string, string>>
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}
