import { execFile, execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config/load.js'
import { inspectProfile } from '../../src/inspection/inspect.js'
import { bareDebian } from '../support/bare-debian.js'
import { environmentForNpm } from '../support/clean-copy.js'
import { dpkgMachine, laterVersion } from '../support/dpkg-machine.js'
import { withFreePorts } from '../support/free-ports.js'
import { isMissing, program } from '../support/programs.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)
const HOME = 'usr/lib/mailprofile/node_modules'
const ADDRESS = 'ann@btinternet.com'

function build(out: string, ...argv: readonly string[]): string {
  mkdirSync(out)
  const command = ['tsx', join(ROOT, 'packaging/deb/build.ts'), '--out', out, ...argv]
  execFileSync('npx', command, {
    cwd: ROOT,
    env: { ...environmentForNpm(), SOURCE_DATE_EPOCH: '1782864000', DEBEMAIL: 'a@mailprofile.org' },
  })
  const [name = ''] = readdirSync(out)
  return join(out, name)
}

const built = suite((folder) => {
  const deb = build(join(folder, 'out'))
  const tree = join(folder, 'tree')
  execFileSync('dpkg-deb', ['-x', deb, tree])
  return { deb, tree }
})

it('is the same file whenever it is built', () => {
  const again = build(join(temporaryFolder(), 'out'))
  expect(readFileSync(again).equals(readFileSync(built().deb))).toBe(true)
})

it('is built for another processor too', async () => {
  const other = build(join(temporaryFolder(), 'out'), '--arch', 'arm64')
  const { stdout } = await run('dpkg-deb', ['-f', other, 'Architecture'])
  expect(stdout.trim()).toBe('arm64')
  const { stdout: list } = await run('dpkg-deb', ['-c', other], { maxBuffer: 10_000_000 })
  expect(list.match(/@libsql\/[a-z0-9-]+/g)?.every((one) => one.endsWith('linux-arm64-gnu'))).toBe(
    true,
  )
})

it.skipIf(isMissing('lintian'))('is as Debian wants packages', async () => {
  const { stdout } = await run(program('lintian'), ['--allow-root', '--no-cfg', built().deb])
  // That is for packages of Debian's own archive.
  const said = stdout.split('\n').filter((line) => !/^$|initial-upload-closes-no-bugs/.test(line))
  expect(said).toEqual([])
})

it('belongs to root, and only commands are programs', async () => {
  const { stdout } = await run('dpkg-deb', ['-c', built().deb], { maxBuffer: 10_000_000 })
  for (const line of stdout.trim().split('\n')) {
    expect(line).toMatch(/^(?:drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root\/root /)
  }
  const programs = stdout.split('\n').filter((line) => line.startsWith('-rwx'))
  expect(programs.map((line) => line.replace(/.* \.\//, ''))).toEqual(
    expect.arrayContaining(['usr/bin/mailprofile', `${HOME}/mailprofile/dist/bin/mailprofile.js`]),
  )
})

it('brings no key, no source and no declaration', () => {
  const files = readdirSync(built().tree, { recursive: true, encoding: 'utf8' })
  expect(files.filter((path) => /\.(?:pem|ts|map)$/.test(path))).toEqual([])
})

it.skipIf(isMissing('systemd-analyze'))('has a service that may do little', async () => {
  const shipped = readFileSync(
    join(built().tree, 'usr/lib/systemd/system/mailprofile.service'),
    'utf8',
  )
  expect(shipped).toContain('\nDynamicUser=yes\n')
  const file = join(temporaryFolder(), 'mailprofile.service')
  writeFileSync(file, shipped.replace('/usr/bin/mailprofile serve', '/bin/true'))
  const analyze = program('systemd-analyze')
  const { stderr } = await run(analyze, ['verify', '--man=no', file])
  expect(stderr).toBe('')
  // In tenths: 2.0.
  await run(analyze, ['security', '--offline=true', '--threshold=20', file])
})

describe('the configuration that comes with it', () => {
  const text = () => readFileSync(join(built().tree, 'etc/mailprofile/mailprofile.yaml'), 'utf8')
  const loaded = (content: string) =>
    loadConfig({ content: Buffer.from(content), env: {}, cwd: '/etc/mailprofile' })

  it('is one, with the store where the service may write', async () => {
    const { store, listen } = await loaded(text())
    expect(store).toBe('sqlite:/var/lib/mailprofile/mailprofile.db')
    expect(listen.host).toBe('127.0.0.1')
  })

  it('is one with all that it suggests', async () => {
    // A key stands right behind the mark or two spaces after it, words after one, commands after more.
    const { baseUrl, serve, providers, signing } = await loaded(
      text().replace(/^#(?=\S| {2}\S)/gm, ''),
    )
    expect(baseUrl).toBe('https://setup.example.com')
    expect(serve.domains).toEqual(['example.com'])
    expect(providers).toEqual(['/etc/mailprofile/providers'])
    expect(signing).toBeDefined()
  })
})

it('runs from its own files alone', async () => {
  const bin = join(built().tree, HOME, 'mailprofile/dist/bin/mailprofile.js')
  const folder = temporaryFolder()
  const letters = [
    'batch',
    'people.csv',
    '--out',
    'out',
    '--letters',
    'letters.pdf',
    '--invitations',
  ]
  writeFileSync(join(folder, 'people.csv'), `Email,Name\n${ADDRESS},山田 太郎\n`)
  writeFileSync(join(folder, 'mailprofile.yaml'), 'baseUrl: https://setup.example.com\n')
  for (const argv of [
    ['formats'],
    ['lookup', ADDRESS],
    ['export', 'apple-profile', ADDRESS],
    letters,
  ]) {
    await run(process.execPath, [bin, ...argv], { cwd: folder, env: { PATH: '/usr/bin:/bin' } })
  }
  expect(readdirSync(folder)).toContain('letters.pdf')
})

it('brings no server that listens on the network', async () => {
  const { stdout } = await run('dpkg-deb', ['-f', built().deb, 'Depends', 'Recommends'])
  expect(stdout).toContain('nodejs')
  expect(stdout).not.toMatch(/nginx|caddy|httpd|redis/)
})

it('brings every package whole', async () => {
  const home = join(built().tree, HOME)
  const manifest = readFileSync(join(home, 'mailprofile/package.json'), 'utf8')
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> }
  // Those that are inside the program are not there; fonts are files alone.
  const names = Object.keys(dependencies).filter(
    (name) => existsSync(join(home, name)) && !name.startsWith('@fontsource'),
  )
  expect(names).toEqual(expect.arrayContaining(['libsql', 'node-forge', 'harfbuzzjs']))
  const code = names.map((name) => `await import('${name}')`).join('\n')
  await run(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: join(home, 'mailprofile'),
  })
})

const isRoot = process.getuid?.() === 0

describe.skipIf(!isRoot)('installed by dpkg', () => {
  const CONFFILE = 'etc/mailprofile/mailprofile.yaml'
  const ENABLED = 'etc/systemd/system/multi-user.target.wants/mailprofile.service'
  const STORE = 'var/lib/mailprofile/mailprofile.db'
  const PROVIDER = 'etc/mailprofile/providers/example.yaml'

  it('keeps what the operator has made until it is purged, and what it did not bring after that', () => {
    const { dpkg, isThere, read, write, remove } = dpkgMachine()
    dpkg('--install', built().deb)
    expect(isThere(ENABLED)).toBe(true)
    write(CONFFILE, '# Mine.\n')
    write(PROVIDER, 'id: example\n')
    write(STORE, '')
    remove(ENABLED)

    dpkg('--install', laterVersion(built().deb, CONFFILE))
    expect(read(CONFFILE)).toBe('# Mine.\n')
    // Whoever has switched it off has switched it off.
    expect(isThere(ENABLED)).toBe(false)

    dpkg('--remove', 'mailprofile')
    expect(isThere('usr/bin/mailprofile')).toBe(false)
    for (const path of [CONFFILE, PROVIDER, STORE]) expect(isThere(path)).toBe(true)

    dpkg('--purge', 'mailprofile')
    expect([CONFFILE, PROVIDER, STORE].map(isThere)).toEqual([false, true, false])
    expect(isThere('var/lib/mailprofile')).toBe(false)
  })
})

describe.skipIf(!isRoot || isMissing('debootstrap'))('on a bare Debian', () => {
  it('gives a signed profile after three commands', async ({ skip }) => {
    const machine = temporaryFolder()
    const debian = await bareDebian()
    if ('missing' in debian) skip(debian.missing)
    else execFileSync('tar', ['-xf', debian.archive, '-C', machine])
    copyFileSync(built().deb, join(machine, 'root/mailprofile.deb'))
    const inMachine = (...argv: readonly string[]) =>
      run('chroot', [machine, ...argv], {
        env: {
          PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
          DEBIAN_FRONTEND: 'noninteractive',
          HOME: '/root',
        },
        maxBuffer: 10_000_000,
      })
    const begin = performance.now()
    await inMachine('apt-get', 'install', '-y', '--no-install-recommends', '/root/mailprofile.deb')
    const installed = performance.now()
    const state = join(machine, 'var/lib/mailprofile')
    mkdirSync(state, { mode: 0o700 })
    await inMachine('chown', '65534:65534', '/var/lib/mailprofile')
    const bytes = await withFreePorts(['http'], async ({ http }) => {
      // As systemd starts it: the command of the unit, as nobody in particular.
      const unit = readFileSync(join(machine, 'usr/lib/systemd/system/mailprofile.service'), 'utf8')
      const [, command = ''] = /^ExecStart=(.*)$/m.exec(unit) ?? []
      const child = spawn('chroot', ['--userspec=65534:65534', machine, ...command.split(' ')], {
        stdio: 'inherit',
        env: {
          PATH: '/usr/sbin:/usr/bin:/bin',
          STATE_DIRECTORY: '/var/lib/mailprofile',
          PORT: String(http),
        },
      })
      onTestFinished(() => {
        child.kill('SIGKILL')
      })
      return download(`http://127.0.0.1:${http}/formats/apple-profile?address=${ADDRESS}`)
    })
    const done = performance.now()
    const { signature } = await inspectProfile(bytes)
    expect(signature).toBeDefined()
    // A command of root's signs as the service does: one profile replaces the other.
    const file = '/root/ann.mobileconfig'
    await inMachine('mailprofile', 'export', 'apple-profile', ADDRESS, '-o', file)
    const byRoot = await inspectProfile(readFileSync(join(machine, file)))
    expect(byRoot.signature?.notAfter).toEqual(signature?.notAfter)
    expect(readdirSync(join(machine, 'etc/mailprofile'))).toEqual(['mailprofile.yaml'])
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1)
    console.log(
      `From the .deb to a signed profile: ${seconds(begin, done)} s, of which apt took ${seconds(begin, installed)} s.`,
    )
  })
})

/** What it answers, once it does. */
async function download(url: string): Promise<Uint8Array> {
  const begin = Date.now()
  for (;;) {
    try {
      return new Uint8Array(await (await fetch(url)).arrayBuffer())
    } catch (error) {
      if (Date.now() - begin > 30_000) throw error
      await sleep(20)
    }
  }
}
