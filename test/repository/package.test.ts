import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { environmentForNpm } from '../support/clean-copy.js'
import { installedPackage } from '../support/installed-package.js'
import { linksIn } from '../support/markdown.js'
import { inLongSuite, some } from '../support/runs.js'
import { startServer } from '../support/server.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const PROGRAM = `
import { exportFormat, formats, inspectProfile, loadCatalogue, createDevelopmentIdentity } from 'mailprofile'
const catalogue = await loadCatalogue()
const account = catalogue.account('ann@btinternet.com', { name: 'Ann', protocol: 'pop3' })
const signingIdentity = await createDevelopmentIdentity()
const { body, mediaType } = await exportFormat('apple-profile', account, { signingIdentity })
const { accepted } = await inspectProfile(body)
console.log(JSON.stringify({ accepted, mediaType, formats: formats.length }))
`

describe('the package', () => {
  const installed = suite(installedPackage)

  it('has whatever its pages lead to and show', () => {
    const files = new Set(installed().files)
    const folders = new Set([...files].map((path) => dirname(path)))
    const lost = [...files]
      .filter((path) => path.endsWith('.md'))
      .flatMap((page) => {
        const here = new URL(page, 'file:///')
        return linksIn(page)
          .filter((link) => !/^[a-z]+:/.test(link) && !link.startsWith('#'))
          .map((link) => decodeURIComponent(new URL(link, here).pathname).slice(1))
          .filter((target) => !files.has(target) && !folders.has(target))
          .map((target) => `${page}: ${target}`)
      })
    expect(lost).toEqual([])
  })

  it('works from its tarball, as a library and as a command', () => {
    const { folder, home, files } = installed()
    // No source, no tests and, above all, no keys.
    expect(files.filter((path) => /\.pem$|^(?:src|test)\//.test(path))).toEqual([])

    writeFileSync(join(folder, 'program.js'), PROGRAM)
    const said = execFileSync(process.execPath, ['program.js'], { cwd: folder, encoding: 'utf8' })
    expect(JSON.parse(said)).toEqual({
      accepted: true,
      mediaType: 'application/x-apple-aspen-config',
      formats: 14,
    })
    const bin = join(home, 'dist/bin/mailprofile.js')
    const argv = [bin, 'lookup', 'ann@btinternet.com']
    expect(execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })).toContain(
      'mail.btinternet.com',
    )
  })

  // As pnpm lays them out: each package is a link.
  it('serves where its packages are links and its standard output is a pipe', async () => {
    const { home } = installed()
    const server = await startServer([], {
      cwd: temporaryFolder(),
      bin: join(home, 'dist/bin/mailprofile.js'),
    })
    try {
      const { status, headers } = await fetch(server.url, { headers: { 'Accept-Encoding': 'br' } })
      expect([status, headers.get('content-encoding')]).toEqual([200, 'br'])
    } finally {
      await server.stop()
    }
  })

  it('names its own commands where it is installed, and npm in a checkout', async () => {
    const { home } = installed()
    const commands = async (folder: string) => {
      const bin = join(folder, 'dist/bin/mailprofile.js')
      const server = await startServer([], { cwd: temporaryFolder(), bin })
      try {
        const page = await fetch(`${server.url}/setup?address=ann@btinternet.com`, {
          headers: { Accept: 'text/html' },
        })
        return (await page.text()).match(/(?:npm start|mailprofile serve)[^<]*/g)
      } finally {
        await server.stop()
      }
    }
    expect(await commands(home)).toEqual(['mailprofile serve --lan'])
    expect(await commands(ROOT)).toEqual(['npm start -- --lan'])
    const said = ['dist', 'templates'].flatMap((folder) =>
      readdirSync(join(home, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:js|eta)$/.test(name))
        .flatMap(
          (name) => readFileSync(join(home, folder, name), 'utf8').match(/npm start.*/g) ?? [],
        ),
    )
    // Each once in the program and once in the library.
    expect(said.toSorted()).toEqual(
      ['--lan', '--lan', '--port', '--port'].map((option): unknown =>
        expect.stringMatching(`^npm start -- ${option}`),
      ),
    )
  })

  const WITHOUT_COMPILER: readonly [string, boolean, string, number, RegExp][] = [
    ['is installed', false, 'prepare', 0, /not built, because TypeScript is not installed/],
    ['is installed after its build', true, 'prepare', 0, /not built again/],
    ['is started after its build', true, 'prestart', 0, /not built again/],
    ['cannot be started before its build', false, 'prestart', 1, /copy the folder dist/],
  ]
  it.each(some(WITHOUT_COMPILER, 2))(
    '%s without a compiler',
    (_name, built, event, status, said) => {
      const folder = temporaryFolder()
      for (const name of ['package.json', 'tsconfig.build.json', 'scripts']) {
        cpSync(join(ROOT, name), join(folder, name), { recursive: true })
      }
      if (built) {
        mkdirSync(join(folder, 'dist/bin'), { recursive: true })
        writeFileSync(join(folder, 'dist/bin/mailprofile.js'), '')
      }
      const ran = spawnSync('npm', ['run', event], {
        cwd: folder,
        env: environmentForNpm(),
        encoding: 'utf8',
      })
      expect([ran.status, ran.stdout + ran.stderr]).toEqual([status, expect.stringMatching(said)])
    },
  )

  inLongSuite('is built again when something of it is newer than the build, and only then', () => {
    const folder = temporaryFolder()
    cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true })
    for (const name of ['typescript', 'rolldown']) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true })
      writeFileSync(join(folder, 'node_modules', name, 'package.json'), '{}')
    }
    mkdirSync(join(folder, 'src/http'), { recursive: true })
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'src/http/app.ts'), '')
    const manifest = { type: 'module', scripts: { build: 'echo is built > dist/catalogue.json' } }
    for (const name of ['package.json', 'package-lock.json', 'tsconfig.build.json'])
      writeFileSync(join(folder, name), JSON.stringify(manifest))
    const isBuilt = () => {
      const script = join(folder, 'scripts/build-if-older.mjs')
      const { status, stdout } = spawnSync(process.execPath, [script], {
        encoding: 'utf8',
        env: environmentForNpm(),
      })
      expect(status).toBe(0)
      return stdout.includes('is built')
    }
    const date = (name: string, seconds: number) => {
      const time = Date.now() / 1000 + seconds
      utimesSync(join(folder, name), time, time)
    }
    expect(isBuilt()).toBe(true)
    date('dist/catalogue.json', 10)
    expect(isBuilt()).toBe(false)
    for (const newer of ['src/http/app.ts', 'src/http', 'package-lock.json']) {
      date('dist/catalogue.json', 10)
      date(newer, 20)
      expect([newer, isBuilt()]).toEqual([newer, true])
      date(newer, 0)
    }
    date('dist/catalogue.json', 10)
    expect(isBuilt()).toBe(false)
  })

  it('has no dependency that nothing imports', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
      optionalDependencies: Record<string, string>
    }
    const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
      .join('\n')
    const { dependencies, optionalDependencies } = manifest
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      // Fonts are no code: their files are read.
      if (name.startsWith('@fontsource-variable/')) {
        expect(source).toContain(`'${name}'`)
        continue
      }
      // Declarations that our own ones refer to, for whoever compiles against them.
      const imported = name.replace(/^@types\/node$/, 'node:.*').replace(/^@types\//, '')
      // Some have what is wanted in a part of theirs.
      expect(source).toMatch(new RegExp(`(?:from |import\\()'${imported}(?:/[^']*)?'`))
    }
  })

  it('is compiled against the oldest Node that it needs', () => {
    const read = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as unknown
    const { engines } = read('package.json') as { engines: { node: string } }
    const { packages } = read('package-lock.json') as {
      packages: Record<string, { version: string }>
    }
    // The range is open, so that others have one copy of these types: their own.
    const [, major = ''] = /^>=(\d+)/.exec(engines.node) ?? []
    expect(packages['node_modules/@types/node']?.version.split('.')[0]).toBe(major)
  })

  it('names no registry in its lock file', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
  })
})
