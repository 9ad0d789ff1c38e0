import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isMissing } from '../support/programs.js'
import { runOnTerminal } from '../support/pty.js'
import { createServerCertificate } from '../support/server-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const DOWN = '\u001b[B'
const INTERRUPT = '\u0003'

/** Runs it on a terminal of 80 columns. */
function init(argv: readonly string[], typed: Parameters<typeof runOnTerminal>[1], cwd: string) {
  const command = `stty cols 80 rows 40; exec "$0" "$@"`
  return runOnTerminal(
    ['sh', '-c', command, process.execPath, BIN, 'init', '--no-discover', ...argv],
    typed,
    { cwd },
  )
}

// Nothing listens at port 1 of this machine.
const SERVERS = [
  ['receive mail?', '\r'],
  ['log in with?', `${DOWN}\r`],
  ['The IMAP server', 'localhost:1:tls\r'],
  ['The SMTP server', 'localhost:465\r'],
  ['all the same?', '\r'],
] as const

describe.skipIf(isMissing('script'))('init on a terminal', () => {
  it('asks for everything, and writes what was answered', async () => {
    const cwd = temporaryFolder()
    const { chain, key } = createServerCertificate({ names: ['setup.example.com'] })
    writeFileSync(join(cwd, 'chain.pem'), chain)
    writeFileSync(join(cwd, 'key.pem'), key, { mode: 0o600 })
    const { exitCode, shown } = await init(
      [],
      [
        ['Your mail domains', 'ann@example.com\r'],
        ['must be domains', '\u0015example.com, example.org\r'],
        ['name of your organisation', 'Example Mail\r'],
        ...SERVERS.slice(0, -1),
        ['all the same?', 'n'],
        ...SERVERS,
        ['people reach the server', 'https://setup.example.com\r'],
        ['signs the profiles', '\r'],
        ['The whole chain', 'missing.pem\r'],
        ['Its private key', 'key.pem\r'],
        ['signs the profiles', '\r'],
        ['The whole chain', 'chain.pem\r'],
        ['Its private key', 'key.pem\r'],
        ['invitations are kept', '\r'],
      ],
      cwd,
    )
    const text = stripVTControlCharacters(shown)
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/The server can start/)])
    expect(text.match(/does not work: connection/g)).toHaveLength(4)
    expect(text).toMatch(/Next: \S.* serve\r\n$/)
    // All but what is drawn anew for each key.
    const asked = text.slice(0, text.indexOf('ok       file')).split('\r\n')
    expect(asked.filter((line) => line.length > 80 && !line.includes('█'))).toEqual([])
    const config = readFileSync(join(cwd, 'mailprofile.yaml'), 'utf8')
    expect(config).toContain('\nbaseUrl: https://setup.example.com\n')
    expect(config).toContain(`\n  certificate: ${join(cwd, 'chain.pem')}\n`)
    expect(config).toContain('\nstore: sqlite:data/mailprofile.db\n')
    expect(config).toContain('\nbranding:\n  name: Example Mail\n')
    const provider = readFileSync(join(cwd, 'providers/example-com.yaml'), 'utf8')
    expect(provider).toContain('domains: [example.com, example.org]\n')
    expect(provider).toContain("username: '%EMAILLOCALPART%'\n")
  })

  it('draws whole lines on a terminal that has not been told its size', async () => {
    const cwd = temporaryFolder()
    const { exitCode, shown } = await runOnTerminal(
      [
        'sh',
        '-c',
        'stty cols 0 rows 0; exec "$0" "$@"',
        process.execPath,
        BIN,
        'init',
        '--no-discover',
      ],
      [
        ['Your mail domains (the part after the @)', 'example.com\r'],
        ['name of your organisation', '\r'],
        // The last of the answers.
        ['POP3', INTERRUPT],
      ],
      { cwd },
    )
    expect([exitCode, stripVTControlCharacters(shown)]).toEqual([
      1,
      expect.stringContaining('such as example.com'),
    ])
  })

  it('asks only for what the command line leaves open, and before it replaces anything', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'mailprofile.yaml'), '# mine\n')
    const argv = ['--domain', 'btinternet.com', '--base-url', 'https://setup.example.com']
    argv.push('--brand', 'BT')
    const refused = await init(argv, [['Replace it?', '\r']], cwd)
    expect([refused.exitCode, refused.shown]).toEqual([
      1,
      expect.stringContaining('mailprofile.yaml is already there.'),
    ])
    expect(readFileSync(join(cwd, 'mailprofile.yaml'), 'utf8')).toBe('# mine\n')
    const agreed = await init(
      [...argv, '--store', 'sqlite:kept.db'],
      [
        ['Replace it?', 'y'],
        ['signs the profiles', `${DOWN}\r`],
      ],
      cwd,
    )
    expect([agreed.exitCode, agreed.shown]).toEqual([0, expect.stringContaining('BT')])
    expect(readFileSync(join(cwd, 'mailprofile.yaml'), 'utf8')).toContain('btinternet.com')
  })

  it('asks for the password of Redis, and shows it to nobody', async () => {
    const cwd = temporaryFolder()
    const { exitCode, shown } = await init(
      ['--domain', 'btinternet.com', '--base-url', 'http://localhost:8080', '--brand', 'BT'],
      [
        ['signs the profiles', `${DOWN}\r`],
        ['invitations are kept', `${DOWN}\r`],
        ['Its address', 'sqlite:kept.db\r'],
        ['must begin with redis://', '\u0015rediss://u:hunter2@localhost:1/3\r'],
        ['must be without the password', '\u0015rediss://u@localhost:1/3\r'],
        ['Its password', '\r'],
        ['must be something', 'p@ss/w%rd\r'],
        ['The server would not start', ''],
      ],
      cwd,
    )
    expect([exitCode, stripVTControlCharacters(shown)]).toEqual([
      1,
      expect.stringContaining('nothing listens there'),
    ])
    expect(shown).not.toMatch(/p@s|w%r|%25/)
    const file = join(cwd, 'mailprofile.yaml')
    expect(readFileSync(file, 'utf8')).toContain(
      '\nstore: rediss://u:p%40ss%2Fw%25rd@localhost:1/3\n',
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  const QUESTIONS = [
    ['Your mail domains', 'example.com\r'],
    ['name of your organisation', '\r'],
    ...SERVERS,
    ['people reach the server', '\r'],
    ['signs the profiles', `${DOWN}\r`],
    ['invitations are kept', '\r'],
  ] as const
  it.each(QUESTIONS.map(([question], i) => [question, i] as const))(
    'writes nothing when it is stopped at “%s”',
    async (question, i) => {
      const cwd = temporaryFolder()
      const { exitCode, shown } = await init(
        [],
        [...QUESTIONS.slice(0, i), [question, INTERRUPT]],
        cwd,
      )
      expect([exitCode, shown]).toEqual([
        1,
        expect.stringContaining('invalid_request: Stopped: nothing was written.'),
      ])
      expect(readdirSync(cwd)).toEqual([])
    },
  )

  it('writes nothing where a provider file is not to be replaced', async () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, 'providers'))
    writeFileSync(join(cwd, 'providers/example-com.yaml'), 'id: example-com\n# broken')
    const flags = ['--domain', 'example.com', '--imap', 'localhost:993', '--smtp', 'localhost:465']
    const { exitCode } = await init([...flags, '--yes'], [], cwd)
    expect([exitCode, existsSync(join(cwd, 'mailprofile.yaml'))]).toEqual([1, false])
  })
})
