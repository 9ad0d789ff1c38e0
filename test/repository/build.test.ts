import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { IPHONE } from '../support/chromium.js'
import { bytesOf, recordLoads } from '../support/loaded-files.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(ROOT, 'dist/bin/mailprofile.js')
const ADDRESS = 'ann@btinternet.com'

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** For a command of Redis that nothing here sends; its client says so where it is missing. */
const UNUSED = '@node-rs/xxhash'

const IMPORT =
  /(?:^import (?:.* from )?|\bimport\(|\brequire\(|createRequire\(import\.meta\.url\)\()"([^".][^"]*)"/gm

/** The packages that built files import, or require. */
function packagesIn(files: readonly string[]): readonly string[] {
  const found = files.flatMap((file) => [...read(file).matchAll(IMPORT)])
  const names = found.map(([, name = '']) => name).filter((name) => !isBuiltin(name))
  return [...new Set(names.map((name) => name.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1')))]
}

function builtIn(folder: string, end = '.js'): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name}`)
}

// What a start takes goes to finding, opening and compiling files; the benchmarks have the times.
describe('a start', () => {
  it('of lookup loads few files, and no package', () => {
    const folder = temporaryFolder()
    const loads = recordLoads(folder)
    const env = { PATH: process.env['PATH'], HOME: folder, ...loads.env }
    execFileSync(process.execPath, [BIN, 'lookup', ADDRESS], { cwd: folder, env })
    const files = loads.files()
    expect(files).toContain('dist/bin/mailprofile.js')
    expect(files.filter((file) => !file.startsWith('dist/'))).toEqual([])
    expect(files.length).toBeLessThanOrEqual(10)
    expect(bytesOf(files)).toBeLessThan(400_000)
  })

  it.each([
    ['without a configuration', {}, 25],
    // The readers of YAML and of the schema.
    ['with a configuration', { 'mailprofile.yaml': 'branding: { name: Example Mail }\n' }, 40],
  ])(
    'of a server %s loads few files up to its first page, and no package',
    async (_name, written, most) => {
      const folder = temporaryFolder()
      for (const [name, text] of Object.entries(written)) writeFileSync(join(folder, name), text)
      const loads = recordLoads(folder)
      const server = await startServer([], { cwd: folder, env: loads.env })
      const page = await fetch(`${server.url}/setup?address=${ADDRESS}`, {
        headers: { Accept: 'text/html', 'User-Agent': IPHONE.userAgent },
      })
      expect([page.status, await server.stop()]).toEqual([200, 0])
      const files = loads.files()
      expect(files.filter((file) => !file.startsWith('dist/'))).toEqual([])
      expect(files.length).toBeLessThanOrEqual(most)
      expect(bytesOf(files)).toBeLessThan(3_000_000)
    },
  )
})

describe('a command', () => {
  const SERVER = ['dist/program/app.js', 'dist/program/serve.js']

  it.each([
    ['formats'],
    ['qr', '--text', 'hello'],
    ['lookup', ADDRESS, '--config', 'own.yaml'],
    ['export', 'k9-settings', ADDRESS, '-o', '-'],
    ['export', 'apple-profile', ADDRESS, '--unsigned', '-o', '-'],
    ['keys', 'new', 'helpdesk'],
    ['invite', 'list', '--config', 'own.yaml'],
    ['config', 'check', '--config', 'own.yaml'],
    ['config', 'dns', 'example.com', '--config', 'own.yaml'],
  ])('loads nothing that only a server needs: %s %s', (...argv) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'own.yaml'), 'baseUrl: https://setup.example.com\n')
    const loads = recordLoads(folder)
    const env = { PATH: process.env['PATH'], HOME: folder, ...loads.env }
    const { stderr } = spawnSync(process.execPath, [BIN, ...argv], { cwd: folder, env })
    const files = loads.files()
    expect(files, stderr.toString()).toContain('dist/program/command.js')
    expect(files.filter((file) => SERVER.includes(file))).toEqual([])
  })
})

describe('the build', () => {
  const { dependencies } = JSON.parse(read('package.json')) as {
    dependencies: Record<string, string>
  }

  it('leaves to be installed nothing but dependencies of the package', () => {
    const files = ['dist/program', 'dist/library', 'dist/bin'].flatMap((folder) => builtIn(folder))
    const packages = packagesIn([...files, 'dist/index.js'])
    expect(packages).toEqual(expect.arrayContaining(['libsql', 'node-forge', 'saxes', 'tldts']))
    expect(packages.filter((name) => !(name in dependencies) && name !== UNUSED)).toEqual([])
  })

  it('lets nothing be installed that all is inside of', () => {
    const read = packagesIn(builtIn('dist'))
    // Declarations are no code.
    const code = Object.keys(dependencies).filter((name) => !name.startsWith('@types/'))
    expect(code.filter((name) => !read.includes(name))).toEqual([])
  })

  it('has the declarations that those of the library lead to, and no others', () => {
    const wanted = new Set<string>()
    const follow = (file: string) => {
      if (wanted.has(file)) return
      wanted.add(file)
      for (const [, path = ''] of read(file).matchAll(/["'](\.{1,2}\/[^"']+)\.js["']/g)) {
        follow(join(file, '..', `${path}.d.ts`))
      }
    }
    follow('dist/index.d.ts')
    const written = builtIn('dist', '.d.ts').filter((file) => !file.includes('/.'))
    expect(written.toSorted()).toEqual([...wanted].toSorted())
    expect(written.length).toBeLessThan(150)
  })

  it('has no declaration that needs another package than is installed with it', () => {
    const named = builtIn('dist', '.d.ts')
      .filter((file) => !file.includes('/.'))
      .flatMap((file) => [...read(file).matchAll(/(?:from |import\()["']([^."'][^"']*)["']/g)])
      .map(([, name = '']) => name)
      // Examples in docstrings import the package itself.
      .filter((name) => !isBuiltin(name) && name !== 'mailprofile')
    expect([...new Set(named)].filter((name) => !(`@types/${name}` in dependencies))).toEqual([])
  })

  it('has the licence of every package that is inside the program or the library', () => {
    const notices = read('dist/third-party-notices.txt')
    expect(notices).toMatch(/^express \d+\.\d+\.\d+ \(MIT\)$/m)
    // These are installed: natives, and what reads keys.
    expect(notices).not.toMatch(/^(?:libsql|node-forge) /m)
    for (const folder of ['dist/program', 'dist/library']) {
      const inside = new Set(sourcesOf(folder))
      expect(inside.size).toBeGreaterThan(50)
      for (const name of inside) expect(`\n${notices}`).toContain(`\n${name} `)
    }
  })

  it('has in the file of a thread all that it needs but SQLite', () => {
    const threads = [...builtIn('dist/store'), ...builtIn('dist/directory')]
    expect(threads).toHaveLength(2)
    // The writer of sentences is asked for when one is written.
    expect(packagesIn(threads).toSorted()).toEqual(['intl-messageformat', 'libsql'])
    for (const thread of threads) expect(read(thread)).not.toMatch(/from "\./)
  })

  it('leads from its errors to the sources', () => {
    const index = JSON.stringify(join(ROOT, 'dist/index.js'))
    const program = `import { parseAccount } from ${index}
      try { parseAccount({ identity: {} }) } catch (error) { console.log(error.stack) }`
    const argv = ['--enable-source-maps', '--input-type=module', '--eval', program]
    const said = execFileSync(process.execPath, argv, { encoding: 'utf8' })
    expect(said).toMatch(/^ +at parseAccount \(.*\/src\/account\/account\.ts:\d+:\d+\)$/m)
  })
})

/** The packages that the files of a folder were made of. */
function sourcesOf(folder: string): string[] {
  return builtIn(folder, '.js.map').flatMap((file) => {
    const { sources } = JSON.parse(read(file)) as { sources: readonly string[] }
    return sources.flatMap((source) => {
      const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? []
      return name === undefined ? [] : [name]
    })
  })
}
