import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadDevelopmentIdentity } from '../../src/signing/development.js'
import { openDatabase } from '../../src/store/sqlite/database.js'
import { runCli } from '../support/cli.js'
import { createDeployment } from '../support/deployment.js'
import { putDevelopmentCertificate } from '../support/development-certificate.js'
import { withFreePorts } from '../support/free-ports.js'
import { isMissing, needsRoot } from '../support/programs.js'
import { promise } from '../support/promise.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

/** A folder that every user of the machine can look into. */
function openFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  return folder
}

promise(
  'Keys and files with secrets that every user of the machine can read or change are told at a start and by config check, with what to do.',
  () => {
    const MODES: readonly (readonly [mode: number, isTold: boolean])[] = [
      [0o644, true],
      [0o604, true],
      [0o602, true],
      [0o600, false],
      [0o400, false],
      // Debian's group ssl-cert, and fsGroup of Kubernetes.
      [0o640, false],
      [0o440, false],
      [0o660, false],
    ]

    async function warned(cwd: string, env: Readonly<Record<string, string>> = {}) {
      const { stdout } = await runCli(['config', 'check', '--json'], {
        cwd,
        env: { HOME: cwd, ...env },
      })
      const { findings } = JSON.parse(stdout.toString()) as {
        findings: { subject: string; state: string; message: string }[]
      }
      return findings
        .filter(({ message }) => message.startsWith('Every user'))
        .map(({ subject, state, message }) => `${state} ${subject}: ${message}`)
    }

    function configured(cwd: string, yaml: string): void {
      const file = join(cwd, 'mailprofile.yaml')
      writeFileSync(file, `serve: { catalogue: false }\n${yaml}`)
      chmodSync(file, 0o600)
    }

    it.each([
      ['signing', 'key', '{ certificate: c.pem, key: k.pem }', 'k.pem'],
      ['signing', 'PKCS#12 file', '{ pkcs12: k.p12, passphrase: x }', 'k.p12'],
      ['tls', 'key', '{ certificate: c.pem, key: k.pem }', 'k.pem'],
    ])('%s: its %s, by its mode', async (subject, _what, section, name) => {
      const cwd = openFolder()
      configured(cwd, `store: 'memory:'\n${subject}: ${section}`)
      writeFileSync(join(cwd, name), '')
      for (const [mode, isTold] of MODES) {
        chmodSync(join(cwd, name), mode)
        const path = join(cwd, name)
        const can = (mode & 0o004) === 0 ? 'change' : 'read'
        const message = `Every user of this machine can ${can} ${path} (mode 0${mode.toString(8)}): chmod o-rwx ${path}`
        expect(await warned(cwd)).toEqual(isTold ? [`warning ${subject}: ${message}`] : [])
      }
    })

    it('but not where a folder is named by mistake, which others may have to enter', async () => {
      const cwd = openFolder()
      configured(cwd, `store: 'memory:'\ntls: { certificate: c.pem, key: pki }`)
      mkdirSync(join(cwd, 'pki'))
      chmodSync(join(cwd, 'pki'), 0o755)
      expect(await warned(cwd)).toEqual([])
    })

    it('but not where a folder on the way is closed to them', async () => {
      const cwd = openFolder()
      configured(cwd, `store: 'memory:'\ntls: { certificate: c.pem, key: live/k.pem }`)
      mkdirSync(join(cwd, 'live'))
      writeFileSync(join(cwd, 'live/k.pem'), '')
      chmodSync(join(cwd, 'live/k.pem'), 0o644)
      chmodSync(join(cwd, 'live'), 0o755)
      expect(await warned(cwd)).toHaveLength(1)
      chmodSync(join(cwd, 'live'), 0o700)
      expect(await warned(cwd)).toEqual([])
    })

    it('and by the target of a link, as Kubernetes mounts secrets', async () => {
      const cwd = openFolder()
      configured(cwd, `store: 'memory:'\ntls: { certificate: c.pem, key: tls.key }`)
      mkdirSync(join(cwd, '..2026'))
      writeFileSync(join(cwd, '..2026/tls.key'), '')
      symlinkSync('..2026', join(cwd, '..data'))
      symlinkSync('..data/tls.key', join(cwd, 'tls.key'))
      for (const [mode, isTold] of MODES) {
        chmodSync(join(cwd, '..2026/tls.key'), mode)
        const found = await warned(cwd)
        expect(found).toHaveLength(isTold ? 1 : 0)
        if (isTold) expect(found[0]).toContain(`chmod o-rwx ${join(cwd, '..2026/tls.key')}`)
      }
    })

    it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
      ['a passphrase in it', 'tls: { passphrase: x, key: k, certificate: c }', {}, ['file']],
      ['a password in it', 'store: redis://:x@127.0.0.1:1', {}, ['file']],
      ['nothing in it', 'store: redis://127.0.0.1:1', {}, []],
      [
        'a passphrase in the environment',
        "store: 'memory:'",
        { TLS_PASSPHRASE: 'x', TLS_KEY: 'k', TLS_CERTIFICATE: 'c' },
        [],
      ],
      [
        'a passphrase in a file of its own',
        "store: 'memory:'",
        { TLS_PASSPHRASE_FILE: 'secret file', TLS_KEY: 'k', TLS_CERTIFICATE: 'c' },
        ['tls'],
      ],
    ])('a configuration file with %s', async (_what, yaml, variables, subjects) => {
      const cwd = openFolder()
      configured(cwd, yaml)
      chmodSync(join(cwd, 'mailprofile.yaml'), 0o644)
      writeFileSync(join(cwd, 'secret file'), 'x')
      chmodSync(join(cwd, 'secret file'), 0o644)
      const env = Object.entries(variables).map(([name, value]) => [`MAILPROFILE_${name}`, value])
      const found = await warned(cwd, Object.fromEntries(env) as Record<string, string>)
      expect(found.map((line) => /^warning (\w+):/.exec(line)?.[1])).toEqual(subjects)
      if (subjects[0] === 'tls')
        expect(found[0]).toContain(`chmod o-rwx '${join(cwd, 'secret file')}'`)
    })

    it.skipIf(isMissing('openssl'))('in the log of the program, and not by /readyz', async () => {
      const folder = openFolder()
      const deployment = createDeployment(folder, 'memory:')
      chmodSync(join(folder, 'privkey.pem'), 0o644)
      const server = await deployment.start()
      const ready = await (await fetch(`${server.url}/readyz`)).text()
      expect(await server.stop()).toBe(0)
      const told = server.lines.filter((line) =>
        line.includes('Every user of this machine can read'),
      )
      expect(told).toHaveLength(1)
      expect(told[0]).toContain(join(folder, 'privkey.pem'))
      expect(ready).not.toContain('Every user')
      expect(ready).not.toContain(folder)
    })

    it('the key of the development certificate', async () => {
      const cwd = openFolder()
      await putDevelopmentCertificate(join(cwd, 'certs'))
      for (const path of ['certs', 'certs/development']) chmodSync(join(cwd, path), 0o755)
      chmodSync(join(cwd, 'certs/development/key.pem'), 0o644)
      configured(cwd, "store: 'memory:'")
      const server = await startServer([], { cwd })
      expect(await server.stop()).toBe(0)
      expect(server.lines.join('\n')).toContain('certs/development/key.pem (mode 0644)')
    })
  },
)

promise(
  'A store that every user of the machine can read or change is given mode 0600, or refused.',
  () => {
    it('given it, with what lies beside it, by a start that says so', async () => {
      const cwd = openFolder()
      const file = join(cwd, 'store.db')
      openDatabase(file).close()
      for (const end of ['-wal', '-shm']) writeFileSync(file + end, '')
      for (const end of ['', '-wal', '-shm']) chmodSync(file + end, 0o646)
      const env = { MAILPROFILE_STORE: `sqlite:${file}`, MAILPROFILE_SERVE_CATALOGUE: 'false' }
      const server = await startServer([], { cwd, env })
      for (const end of ['', '-wal', '-shm']) expect(modeOf(file + end)).toBe('600')
      expect(await server.stop()).toBe(0)
      expect(server.lines.join('\n')).toContain(
        `could read or change ${file}: it has mode 0600 now.`,
      )
    })

    it('but not taken from a group', () => {
      const file = join(temporaryFolder(), 'store.db')
      openDatabase(file).close()
      chmodSync(file, 0o660)
      openDatabase(file).close()
      expect(modeOf(file)).toBe('660')
    })

    it.skipIf(needsRoot())('refused where it belongs to somebody else', () => {
      const folder = temporaryFolder()
      const file = join(folder, 'store.db')
      openDatabase(file).close()
      chmodSync(folder, 0o777)
      chmodSync(file, 0o666)
      process.seteuid?.(65_534)
      try {
        expect(() => openDatabase(file)).toThrow(
          `Invitations cannot be kept in ${file}: every user of this machine can read or change it.`,
        )
      } finally {
        process.seteuid?.(0)
      }
      expect(modeOf(file)).toBe('666')
    })

    it('and none is made at the end of a link that somebody else has put there', () => {
      const folder = temporaryFolder()
      symlinkSync(join(folder, 'elsewhere.db'), join(folder, 'store.db'))
      expect(() => openDatabase(join(folder, 'store.db'))).toThrow(
        'it is a link that leads nowhere',
      )
      expect(existsSync(join(folder, 'elsewhere.db'))).toBe(false)
    })
  },
)

promise("A development certificate is mailprofile's own: links in its place are refused.", () => {
  it.each([
    ['its folder', ''],
    ['its root', 'root.pem'],
    ['its certificate', 'certificate.pem'],
    ['its key', 'key.pem'],
  ])('%s', async (_what, name) => {
    const cwd = temporaryFolder()
    const foreign = join(temporaryFolder(), 'foreign')
    await putDevelopmentCertificate(foreign)
    mkdirSync(join(cwd, 'certs'))
    const home = join(cwd, 'certs/development')
    if (name === '') symlinkSync(join(foreign, 'development'), home)
    else {
      renameSync(join(foreign, 'development'), home)
      renameSync(join(home, name), join(foreign, name))
      symlinkSync(join(foreign, name), join(home, name))
    }
    writeFileSync(join(cwd, 'mailprofile.yaml'), "store: 'memory:'\nserve: { catalogue: false }\n")
    const { exitCode, stderr } = await runCli(['serve', '--port', '0'], { cwd })
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^invalid_configuration: .*certs\/development.* is a link, and the development certificate has to be/,
      ),
    ])
    expect(readdirSync(join(cwd, 'certs'))).toEqual(['development'])
  })

  it('and so is a link that leads nowhere', async () => {
    const cwd = temporaryFolder()
    symlinkSync('nowhere', join(cwd, 'development'))
    await expect(loadDevelopmentIdentity(cwd)).rejects.toMatchObject({
      code: 'invalid_configuration',
    })
    expect(readdirSync(cwd)).toEqual(['development'])
  })
})

/** Whether anybody listens on a port of loopback. */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

promise(
  'No signal opens a debugger in the server, where any user of the machine could take it over.',
  () => {
    // As in the program of this signal's own: it comes before the program's first line.
    const EARLY = `--import=data:text/javascript,process.kill(process.pid,'SIGUSR1')`

    it.each([
      ['while it runs', ''],
      ['before it has begun', EARLY],
    ])('%s', async (_when, option) => {
      await withFreePorts(['debugger'], async ({ debugger: port }) => {
        const cwd = temporaryFolder()
        const server = await startServer([], {
          cwd,
          env: {
            NODE_OPTIONS: `--inspect-port=${port} ${option}`,
            MAILPROFILE_STORE: 'memory:',
            MAILPROFILE_SERVE_CATALOGUE: 'false',
          },
        })
        try {
          for (let i = 0; i < 30; i++) {
            server.process.kill('SIGUSR1')
            expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
            expect(await isOpen(port)).toBe(false)
          }
        } finally {
          expect(await server.stop()).toBe(0)
        }
      })
    })
  },
)
