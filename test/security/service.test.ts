import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestChain } from '../support/certificates.js'
import { example, withPlaces } from '../support/examples.js'
import { isMissing, program } from '../support/programs.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BIN = join(ROOT, 'dist/bin/mailprofile.js')
const run = promisify(execFile)

const UNIT = example('docs/service.md: [Unit]')
const DROP_INS = ['docs/service.md: [Service]', 'docs/service.md: [Service] (2)'].map(example)
const CONFIGURATION = example('docs/service.md: baseUrl: https://setup.example.com')
const HOOK = example('docs/service.md: #!/bin/sh')
const WRAPPER = example('docs/service.md: #!/bin/sh (2)')
const [BACKUP, RESTORE] = [
  'docs/backup-and-upgrade.md: umask 077 && mailprofile backup - > /root/mailprofile.backup',
  'docs/backup-and-upgrade.md: mailprofile restore - < /root/mailprofile.backup',
].map(example)

describe('the unit', () => {
  it('is shipped as the page has it', () => {
    expect(readFileSync(join(ROOT, 'contrib/mailprofile.service'), 'utf8')).toBe(UNIT)
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      files: string[]
    }
    expect(files).toContain('contrib')
  })

  it('starts, reloads and stops as the program does', () => {
    expect(UNIT).toContain('ExecStart=/opt/mailprofile/bin/mailprofile serve\n')
    expect(UNIT).toContain('ExecReload=/bin/kill -HUP $MAINPID\n')
    expect(UNIT).toMatch(/^TimeoutStopSec=(?:[2-9]\d)$/m)
    // V8 writes code and runs it.
    expect(UNIT).not.toMatch(/^MemoryDenyWriteExecute/m)
  })

  it('starts again for minutes, and not for ever', async () => {
    const number = (name: string) =>
      Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(UNIT)?.[1] ?? Number.NaN)
    const [pause, starts] = [number('RestartSec'), number('StartLimitBurst')]
    // A store that is replaced, or a machine whose parts start one after the other.
    expect(pause * starts).toBeGreaterThan(3 * 60)
    // Systemd forgets a start after this time: with slower starts than these it would never have enough of them.
    const start = 6
    expect(number('StartLimitIntervalSec')).toBeGreaterThanOrEqual((pause + start) * starts)
    const wrong = run(process.execPath, [BIN, 'serve', '--prot', '80'])
    await expect(wrong).rejects.toMatchObject({ code: number('RestartPreventExitStatus') })
  })

  it.skipIf(isMissing('systemd-analyze')).each([
    ['alone', UNIT],
    ['with the drop-ins', [UNIT, ...DROP_INS].join('')],
  ])('is understood by systemd, and lets it do little: %s', async (_what, text) => {
    const folder = temporaryFolder()
    const file = join(folder, 'mailprofile.service')
    // What is to be run has to be there.
    writeFileSync(file, withPlaces(text, [['/opt/mailprofile/bin/mailprofile', '/bin/true']]))
    const analyze = program('systemd-analyze')
    const verified = await run(analyze, ['verify', file])
    expect(`${verified.stdout}${verified.stderr}`).toBe('')
    await run(analyze, ['security', '--offline=true', '--threshold=25', file])
  })
})

/** A machine in a folder: its programs, and what the page puts there. */
function machine() {
  const folder = temporaryFolder()
  const lineage = join(folder, 'live/setup.example.com')
  for (const name of ['bin', 'tls', 'state', 'providers']) mkdirSync(join(folder, name))
  mkdirSync(lineage, { recursive: true })
  const script = (name: string, text: string) => {
    writeFileSync(join(folder, 'bin', name), text)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  script('mailprofile.js', `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`)
  script('runuser', '#!/bin/sh\nshift 3\nexec "$@"\n')
  script(
    'systemctl',
    `#!/bin/sh\necho "$*" >> '${folder}/asked'\nkill -HUP $(cat '${folder}/pid')\n`,
  )
  script(
    'hook',
    withPlaces(HOOK, [
      ['/etc/letsencrypt/', `${folder}/`],
      ['/etc/mailprofile/', `${folder}/`],
      // Only root gives files to others.
      ['-g mailprofile ', ''],
    ]),
  )
  script(
    'mailprofile',
    withPlaces(WRAPPER, [
      ['/etc/mailprofile/', `${folder}/`],
      ['/opt/mailprofile/bin/mailprofile', `'${folder}/bin/mailprofile.js'`],
      ['/var/lib/mailprofile', `'${folder}/state'`],
    ]),
  )
  writeFileSync(
    join(folder, 'mailprofile.yaml'),
    withPlaces(CONFIGURATION, [
      ['/var/lib/mailprofile/', `${folder}/state/`],
      ['[example.com]', '[btinternet.com]'],
    ]),
  )
  const env = { PATH: [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter) }
  return {
    folder,
    lineage,
    renew: () => {
      const { fullChain, key } = createTestChain(temporaryFolder(), 'P-256')
      writeFileSync(join(lineage, 'fullchain.pem'), fullChain)
      writeFileSync(join(lineage, 'privkey.pem'), key)
    },
    hook: (renewed: string) =>
      run(join(folder, 'bin/hook'), [], { env: { ...env, RENEWED_LINEAGE: renewed } }),
    command: async (...argv: readonly string[]) =>
      (await run(join(folder, 'bin/mailprofile'), argv, { env, cwd: folder })).stdout,
    shell: (text: string) => run('sh', ['-euc', text], { env }),
  }
}

describe('what the page sets up', () => {
  it('takes a renewed certificate by the hook, and nothing for another name', async () => {
    const { folder, lineage, renew, hook } = machine()
    // Nobody has started it yet.
    writeFileSync(join(folder, 'pid'), '')
    renew()
    await hook(join(folder, 'live/other.example'))
    expect(readdirSync(join(folder, 'tls'))).toEqual([])
    await hook(lineage).catch(() => undefined)
    expect(readdirSync(join(folder, 'tls'))).toEqual(['fullchain.pem', 'privkey.pem'])
    const server = await startServer([], {
      cwd: folder,
      withoutCertificate: true,
      env: { MAILPROFILE_CONFIG: join(folder, 'mailprofile.yaml') },
    })
    onTestFinished(() => void server.process.kill('SIGKILL'))
    writeFileSync(join(folder, 'pid'), String(server.process.pid))
    renew()
    await hook(lineage)
    await expect
      .poll(() => server.lines.join('\n'), { timeout: 30_000 })
      .toContain('The new signing certificate is in use')
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(
      /^(?:try-reload-or-restart mailprofile\n){2}$/,
    )
    expect(await server.stop()).toBe(0)
  })

  it('hands a secret over by a file, as systemd does', async () => {
    const { folder, lineage, renew, hook } = machine()
    const [first = ''] = DROP_INS
    expect(first).toContain('Environment=MAILPROFILE_STORE_FILE=%d/store\n')
    writeFileSync(join(folder, 'pid'), '')
    renew()
    await hook(lineage).catch(() => undefined)
    writeFileSync(join(folder, 'store'), `sqlite:${folder}/state/secret.db\n`, { mode: 0o400 })
    const server = await startServer([], {
      cwd: folder,
      withoutCertificate: true,
      env: {
        MAILPROFILE_CONFIG: join(folder, 'mailprofile.yaml'),
        MAILPROFILE_STORE_FILE: join(folder, 'store'),
      },
    })
    expect(await server.stop()).toBe(0)
    expect(readdirSync(join(folder, 'state'))).toContain('secret.db')
  })

  it('has commands that keep things where the service does', async () => {
    const { folder, command } = machine()
    writeFileSync(join(folder, 'mailprofile.yaml'), 'baseUrl: https://setup.example.com\n')
    await command('export', 'apple-profile', 'ann@btinternet.com', '-o', '-')
    await command('invite', 'ann@btinternet.com')
    expect(readdirSync(join(folder, 'state'))).toEqual(
      expect.arrayContaining(['development', 'mailprofile.db']),
    )
    for (const name of ['certs', 'data']) expect(readdirSync(folder)).not.toContain(name)
  })

  it('has commands, a backup, and a way back', async () => {
    const { folder, lineage, renew, hook, command, shell } = machine()
    writeFileSync(join(folder, 'pid'), '')
    renew()
    await hook(lineage).catch(() => undefined)
    expect(await command('config', 'check')).toContain('The server can start')
    const server = await startServer([], {
      cwd: folder,
      withoutCertificate: true,
      env: { MAILPROFILE_CONFIG: join(folder, 'mailprofile.yaml') },
    })
    const { id, url } = JSON.parse(await command('invite', 'ann@btinternet.com', '--json')) as {
      id: string
      url: string
    }
    const places = [['/root/', `${folder}/`]] as const
    await shell(withPlaces(BACKUP ?? '', places))
    await command('invite', 'revoke', id)
    expect(await server.stop()).toBe(0)
    for (const ending of ['', '-wal', '-shm']) {
      rmSync(join(folder, `state/mailprofile.db${ending}`), { force: true })
    }
    await shell(withPlaces(RESTORE ?? '', places))
    expect(statSync(join(folder, 'mailprofile.backup')).mode & 0o777).toBe(0o600)
    const again = await startServer([], {
      cwd: folder,
      withoutCertificate: true,
      env: { MAILPROFILE_CONFIG: join(folder, 'mailprofile.yaml') },
    })
    onTestFinished(() => again.stop().then(() => undefined))
    // The link opens without any key, and what happened since is forgotten.
    const { port } = again.lines
      .map((line) => JSON.parse(line) as { msg: string; port?: number })
      .find(({ msg }) => msg === 'listening') ?? { port: 0 }
    const { status } = await fetch(`http://127.0.0.1:${port ?? 0}${new URL(url).pathname}`)
    expect(status).toBe(200)
    expect(await command('invite', 'list')).toMatch(new RegExp(`^${id} +pending`))
  })
})
