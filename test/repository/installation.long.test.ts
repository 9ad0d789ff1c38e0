import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environmentForNpm } from '../support/clean-copy.js'
import { withFreePorts } from '../support/free-ports.js'
import { packedPackage } from '../support/installed-package.js'
import { startLoopbackRegistry, type LoopbackRegistry } from '../support/loopback-registry.js'
import { isMissing } from '../support/programs.js'
import { suite } from '../support/suite.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const USE = `
const account = (await loadCatalogue()).account('ann@btinternet.com')
const signingIdentity = await createDevelopmentIdentity()
const { body } = await exportFormat('apple-profile', account, { signingIdentity })
console.log((await inspectProfile(body)).accepted)
`
const NAMES = '{ createDevelopmentIdentity, exportFormat, inspectProfile, loadCatalogue }'

// npm installs the packed file and all that it needs, from a registry on this machine that has what is installed in
// this checkout: what it takes to download that from outside is not in the times.
describe('the package, installed by npm', () => {
  const folder = suite((path) => path)
  let registry: LoopbackRegistry | undefined
  let environment: NodeJS.ProcessEnv = {}
  let tarball = ''
  beforeAll(async () => {
    registry = await startLoopbackRegistry()
    environment = {
      ...environmentForNpm(),
      npm_config_registry: registry.url,
      // Nothing that other projects have downloaded.
      npm_config_cache: join(folder(), 'cache'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    }
    tarball = join(folder(), 'mailprofile.tgz')
    writeFileSync(tarball, packedPackage().tarball)
  })
  afterAll(() => registry?.stop())

  const newFolder = (name: string) => {
    const made = join(folder(), name)
    mkdirSync(made)
    return made
  }
  const run = async (command: string, argv: readonly string[], cwd: string) => {
    const child = spawn(command, argv, { cwd, env: environment })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    }
    const [status] = (await once(child, 'close')) as [number | null]
    if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}: ${said}`)
    return said
  }

  it('serves a signed profile after three commands', async ({ annotate }) => {
    const cwd = newFolder('served')
    const began = performance.now()
    await run('npm', ['install', tarball], cwd)
    const installed = performance.now()
    await withFreePorts(['http'], async ({ http }) => {
      const server = spawn('npx', ['mailprofile', 'serve', '--port', String(http)], {
        cwd,
        env: { ...environment, HOME: cwd },
        stdio: ['ignore', 'ignore', 'inherit'],
        // npx does not tell its child to stop.
        detached: true,
      })
      try {
        const address = `http://127.0.0.1:${http}/email.mobileconfig?email=ann@btinternet.com`
        const fetched = ['-sf', '--retry-connrefused', '--retry', '600', '--retry-delay', '0']
        await run(
          'curl',
          [...fetched, '--retry-max-time', '60', address, '-o', 'ann.mobileconfig'],
          cwd,
        )
      } finally {
        process.kill(-(server.pid ?? 0), 'SIGTERM')
        await once(server, 'close')
      }
    })
    const seconds = (performance.now() - began) / 1000
    const toInstall = (installed - began) / 1000
    const megabytes = (registry?.bytes() ?? 0) / 1e6
    await annotate(
      `${seconds.toFixed(1)} s from “npm install” to a signed profile, ${toInstall.toFixed(1)} s of them to ` +
        `install; ${megabytes.toFixed(1)} MB of other packages came from a registry on this machine`,
    )
    expect(seconds).toBeLessThan(60)
    if (!isMissing('openssl')) {
      const verify = ['cms', '-verify', '-noverify', '-inform', 'DER', '-in', 'ann.mobileconfig']
      const { stdout, status } = spawnSync('openssl', verify, { cwd, encoding: 'utf8' })
      expect([status, stdout]).toEqual([0, expect.stringContaining('mail.btinternet.com')])
    }
  })

  it('is a few packages, and small', async ({ annotate }) => {
    const cwd = newFolder('counted')
    await run('npm', ['install', tarball], cwd)
    const files = readdirSync(join(cwd, 'node_modules'), { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(cwd, 'node_modules', name)))
      .filter((stats) => stats.isFile())
    const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6
    const { packages } = JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8')) as {
      packages: object
    }
    const others = Object.keys(packages).length - 2
    const own = packedPackage().files.length
    await annotate(
      `${own} files of its own; ${files.length} files, ${others} other packages, ${megabytes.toFixed(1)} MB in all`,
    )
    expect(others).toBeLessThan(40)
    expect(own).toBeLessThan(800)
    expect(megabytes).toBeLessThan(65)
  })

  describe('in one project', () => {
    let cwd = ''
    beforeAll(async () => {
      cwd = newFolder('consumer')
      await run('npm', ['install', tarball], cwd)
    })
    const programs: readonly [string, string, string][] = [
      ['ESM', 'program.mjs', `import ${NAMES} from 'mailprofile'${USE}`],
      [
        'CommonJS by import()',
        'program.cjs',
        `import('mailprofile').then(async (${NAMES}) => {${USE}})`,
      ],
      [
        'CommonJS by require()',
        'required.cjs',
        `const ${NAMES} = require('mailprofile');(async () => {${USE}})()`,
      ],
    ]
    it.each(programs)('works in a program of %s', (_name, file, text) => {
      writeFileSync(join(cwd, file), text)
      const ran = spawnSync(process.execPath, [file], { cwd, encoding: 'utf8' })
      expect([ran.stdout, ran.stderr, ran.status]).toEqual(['true\n', '', 0])
    })

    it('has the command for npx', async () => {
      expect(await run('npx', ['mailprofile', 'lookup', 'ann@btinternet.com'], cwd)).toContain(
        'mail.btinternet.com',
      )
    })
  })

  it('runs by npx where nothing is installed', async () => {
    const argv = ['--yes', `--package=${tarball}`, 'mailprofile', 'lookup', 'ann@btinternet.com']
    expect(await run('npx', argv, newFolder('npx'))).toContain('mail.btinternet.com')
  })

  it('is a command of the machine, installed globally', async () => {
    const prefix = newFolder('prefix')
    await run('npm', ['install', '--global', '--prefix', prefix, tarball], prefix)
    const said = execFileSync(join(prefix, 'bin/mailprofile'), ['--version'], { encoding: 'utf8' })
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(said.trim()).toBe(version)
  })
})
