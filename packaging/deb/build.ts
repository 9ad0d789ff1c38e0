import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { bashCompletion } from '../command-line/bash.js'
import { configurationManual } from '../command-line/configuration-manual.js'
import { commandLine } from '../command-line/definition.js'
import { fishCompletion } from '../command-line/fish.js'
import { manualPage } from '../command-line/manual.js'
import { zshCompletion } from '../command-line/zsh.js'
import {
  checksums,
  controlFile,
  debianChangelog,
  debianVersion,
  maintainer,
  parseArchitecture,
  type PackageFile,
} from './control.js'
import { copyrightFile } from './copyright.js'
import { placedPackages } from './placed-packages.js'
import { HOME, programFiles } from './program-files.js'
import { packageUnit } from './unit.js'

// Makes mailprofile_VERSION_ARCHITECTURE.deb of a checkout that is built.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CONFFILE = 'etc/mailprofile/mailprofile.yaml'
const DOC = 'usr/share/doc/mailprofile'

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch },
    out: { type: 'string', default: '.' },
  },
})
const architecture = parseArchitecture(values.arch)
const { version } = JSON.parse(read('package.json')) as { version: string }
const date = new Date(Number(process.env['SOURCE_DATE_EPOCH'] ?? lastCommit()) * 1000)
const made = { version, date, maintainer: maintainer(process.env) }

const work = mkdtempSync(join(tmpdir(), 'mailprofile-deb-'))
try {
  const files = await packageFiles()
  const tree = join(work, 'tree')
  for (const file of files) write(tree, file)
  const control = join(tree, 'DEBIAN')
  const text = (path: string, content: string, isExecutable = false) =>
    write(control, { path, content: Buffer.from(content), isExecutable })
  text('control', controlFile(architecture, files, made))
  text('md5sums', checksums(files.filter(({ path }) => path !== CONFFILE)))
  text('conffiles', `/${CONFFILE}\n`)
  for (const name of ['postinst', 'prerm', 'postrm']) text(name, template(name), true)
  dateAll(tree)
  const deb = join(resolve(values.out), `mailprofile_${debianVersion(version)}_${architecture}.deb`)
  // One thread: how much each packs would depend on how many there are.
  const how = ['--root-owner-group', '-Zxz', '--threads-max=1']
  execFileSync('dpkg-deb', [...how, '--build', tree, deb], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.stdout.write(`${deb}\n`)
} finally {
  rmSync(work, { recursive: true })
}

async function packageFiles(): Promise<PackageFile[]> {
  const staging = join(work, 'npm')
  mkdirSync(staging)
  const program = programFiles(ROOT, staging, architecture)
  const definition = await commandLine()
  const texts: Readonly<Record<string, string>> = {
    [CONFFILE]: template('mailprofile.yaml'),
    'usr/bin/mailprofile': template('mailprofile'),
    'usr/lib/systemd/system/mailprofile.service': packageUnit(read('contrib/mailprofile.service')),
    'usr/share/bash-completion/completions/mailprofile': bashCompletion(definition),
    'usr/share/zsh/vendor-completions/_mailprofile': zshCompletion(definition),
    'usr/share/fish/vendor_completions.d/mailprofile.fish': fishCompletion(definition),
    [`${DOC}/copyright`]: copyrightFile(
      read('LICENSE').trim(),
      placedPackages(ROOT, program),
      read('dist/third-party-notices.txt'),
    ),
  }
  const packed: Readonly<Record<string, string>> = {
    'usr/share/man/man1/mailprofile.1.gz': manualPage(definition, made),
    'usr/share/man/man5/mailprofile.yaml.5.gz': configurationManual(made),
    [`${DOC}/changelog.gz`]: read('CHANGELOG.md'),
    [`${DOC}/changelog.Debian.gz`]: debianChangelog(made),
  }
  return [
    ...Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) })),
    ...Object.entries(packed).map(([path, text]) => ({
      path,
      content: gzipSync(text, { level: 9 }),
    })),
    ...[...program.files].map(([path, from]) => ({
      path: `${HOME}/${path}`,
      content: readFileSync(from),
    })),
  ]
    .map((file) => ({ ...file, isExecutable: file.content.subarray(0, 2).toString() === '#!' }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

function write(tree: string, { path, content, isExecutable }: PackageFile): void {
  const file = join(tree, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, isExecutable ? 0o755 : 0o644)
}

// Whoever builds it has a umask, and a clock.
function dateAll(tree: string): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    utimesSync(path, date, date)
  }
  chmodSync(tree, 0o755)
  utimesSync(tree, date, date)
}

function lastCommit(): string {
  return execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }).trim()
}

function template(name: string): string {
  return read(join('packaging/deb/files', name))
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
