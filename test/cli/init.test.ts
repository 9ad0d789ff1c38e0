import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCertificates } from '../../src/cli/init/certificates.js'
import { runCli } from '../support/cli.js'
import { startBuilt } from '../support/built-server.js'
import { clientConfig, documentAt, startOutside, type OutsideOptions } from '../support/outside.js'
import { createServerCertificate } from '../support/server-certificate.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const SERVERS = ['--imap', 'mail.example.com:993:tls', '--smtp', 'mail.example.com:587']
const NAMED = ['--domain', 'example.com', ...SERVERS]

async function init(argv: readonly string[], outside?: OutsideOptions, cwd = temporaryFolder()) {
  const network = outside && (await startOutside(outside))
  const result = await runCli(['init', ...argv], {
    cwd,
    env: { HOME: cwd },
    ...(network === undefined ? {} : { network }),
  })
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8')
  return { ...result, cwd, read, stdout: result.stdout.toString(), network }
}

describe('init without a terminal', () => {
  it('names the option that is missing', async () => {
    const all = ['--base-url', 'https://setup.example.com']
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[], '--domain is missing'],
      [['--yes'], '--domain is missing'],
      [NAMED, '--base-url is missing'],
      [[...NAMED, ...all], '--certificate is missing'],
      [[...NAMED, ...all, '--certificate', 'a.pem'], '--certificate and --key go together'],
      [['--domain', 'a.example', '--imap', 'm.a.example:993'], '--smtp is missing'],
      [['--domain', 'a.example', '--smtp', 'm.a.example:465'], '--imap or --pop3 is missing'],
      [['--domain', 'a.example', '--username', '%EMAILADDRESS%'], '--username does nothing'],
      [
        ['--domain', 'a.example', '--no-discover', '--yes'],
        '--imap (or --pop3) and --smtp are missing: the servers of a.example are not known',
      ],
    ]
    for (const [argv, sentence] of cases) {
      const { exitCode, stderr, stdout, cwd } = await init(argv)
      expect([exitCode, stdout, stderr]).toEqual([
        2,
        '',
        expect.stringContaining(`invalid_request: ${sentence}`),
      ])
      expect(readdirSync(cwd)).toEqual([])
    }
  })

  it('names the option that is wrong', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--domain', 'ann@example.com'], '--domain must be domains'],
      [
        ['--imap', 'mail.example.com', '--smtp', 'a.example:465'],
        '--imap must be HOST:PORT:SECURITY',
      ],
      [['--imap', 'mail.example.com:9993', '--smtp', 'a.example:465'], '--imap must end with :tls'],
      [
        ['--imap', 'a.example:143:tls', '--smtp', 'a.example:465'],
        '--imap must end with :starttls',
      ],
      [['--imap', 'a.example:70000:tls', '--smtp', 'a.example:465'], '--imap must have a port'],
      [['--imap', '-a-:993', '--smtp', 'a.example:465'], '--imap must begin with the name'],
      [[...SERVERS, '--username', '{user}'], '--username '],
      [[...SERVERS, '--username', ''], '--username must be something, such as %EMAILLOCALPART%'],
      [
        [...SERVERS, '--username', 'ann'],
        '--username must hold %EMAILADDRESS% or %EMAILLOCALPART%',
      ],
      [['--base-url', 'setup.example.com'], '--base-url must begin with https://'],
      [['--store', 'mysql:db'], '--store must be sqlite:FILE'],
      [['--brand', ''], '--brand must be something, such as Example Mail'],
      [['--brand', 'Mail of %EMAILDOMAIN%'], '--brand takes no placeholder'],
    ]
    for (const [argv, sentence] of cases) {
      const { exitCode, stderr } = await init([...argv, '--yes'])
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringContaining(`invalid_request: ${sentence}`),
      ])
    }
  })

  it('writes files that say what they are for, and what config check says of them', async () => {
    const { chain, key } = createServerCertificate({ names: ['setup.example.com'] })
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'chain.pem'), chain)
    writeFileSync(join(cwd, 'key.pem'), key, { mode: 0o600 })
    const argv = [...NAMED, '--domain', 'example.org', '--username', '%EMAILLOCALPART%']
    const files = [
      '--certificate',
      'chain.pem',
      '--key',
      'key.pem',
      '--base-url',
      'https://setup.example.com',
    ]
    const store = ['--store', 'sqlite:data/kept.db']
    const { exitCode, stdout, stderr, read } = await init(
      [...argv, ...files, ...store],
      undefined,
      cwd,
    )
    expect(stderr).toBe(
      `Wrote ${join(cwd, 'providers/example-com.yaml')} and ${join(cwd, 'mailprofile.yaml')}\n`,
    )
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ok +file .*\n/)
    expect(stdout).toMatch(/\nThe server can start.*\n\nNext: \S.* serve\n$/)
    const config = read('mailprofile.yaml')
    expect(config.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
      'baseUrl: https://setup.example.com',
      'serve:',
      '  domains:',
      '    - example.com',
      '    - example.org',
      'providers: providers',
      'signing:',
      `  certificate: ${join(cwd, 'chain.pem')}`,
      `  key: ${join(cwd, 'key.pem')}`,
      'store: sqlite:data/kept.db',
      'trustProxy: [127.0.0.1]',
    ])
    expect(stdout).not.toMatch(/^warning +trustProxy/m)
    expect(config.split('\n').every((line) => line.length <= 100)).toBe(true)
    expect(statSync(join(cwd, 'mailprofile.yaml')).mode & 0o777).toBe(0o644)
    const { stdout: found } = await runCli(['lookup', 'ann@example.org', '--json'], { cwd })
    expect(JSON.parse(found.toString())).toMatchObject({
      account: {
        incoming: { host: 'mail.example.com', port: 993, security: 'tls', username: 'ann' },
        outgoing: { host: 'mail.example.com', port: 587, security: 'starttls', username: 'ann' },
      },
    })
  })

  it('says what is wrong with the certificate before it writes anything', async () => {
    const cwd = temporaryFolder()
    const { chain } = createServerCertificate({ names: ['setup.example.com'] })
    const { key } = createServerCertificate({ names: ['other.example.com'] })
    writeFileSync(join(cwd, 'chain.pem'), chain)
    writeFileSync(join(cwd, 'key.pem'), key, { mode: 0o600 })
    const before = readdirSync(cwd)
    for (const [certificate, problem] of [
      ['missing.pem', `invalid_configuration: The file ${join(cwd, 'missing.pem')} cannot be read`],
      ['chain.pem', 'certificate_mismatch: '],
    ] as const) {
      const files = ['--certificate', certificate, '--key', 'key.pem']
      const { exitCode, stderr } = await init([...NAMED, '--yes', ...files], undefined, cwd)
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(problem)])
      expect(readdirSync(cwd)).toEqual(before)
    }
  })

  it('makes no second file for a domain that has one', async () => {
    const { cwd } = await init([...NAMED, '--yes', '-o', 'a.yaml'])
    renameSync(join(cwd, 'providers/example-com.yaml'), join(cwd, 'providers/by-hand.yaml'))
    const again = await init([...NAMED, '--yes'], undefined, cwd)
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      `invalid_request: ${join(cwd, 'providers/by-hand.yaml')} has the servers of example.com already.\n` +
        'Leave out --imap, --pop3 and --smtp, or change that file.\n',
    ])
    expect(existsSync(join(cwd, 'mailprofile.yaml'))).toBe(false)
    expect(readdirSync(join(cwd, 'providers'))).toEqual(['by-hand.yaml'])
  })

  it('gives pages and accounts the name of the organisation', async () => {
    const { read, exitCode } = await init([...NAMED, '--yes', '--brand', 'Example: Mail'])
    expect(exitCode).toBe(0)
    expect(read('mailprofile.yaml')).toContain("\nbranding:\n  name: 'Example: Mail'\n")
    expect(read('providers/example-com.yaml')).toContain("\nname: 'Example: Mail'\n")
  })

  it('makes every line that it writes as a comment one that may be taken as it is', async () => {
    const { cwd, read } = await init([...NAMED, '--yes'])
    const examples = read('mailprofile.yaml').replace(/^# (?=[a-zA-Z]+: )/gm, '')
    writeFileSync(join(cwd, 'all.yaml'), examples)
    const { stdout } = await runCli(['config', 'check', '--config', 'all.yaml'], { cwd })
    expect(stdout.toString()).toMatch(/^ok +file /)
    expect(examples).toContain('\nbaseUrl: https://setup.example.com\n')
  })

  it('gives a program the same', async () => {
    const { stdout, stderr, cwd } = await init([...NAMED, '--yes', '--json', '-o', 'etc.yaml'])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({
      files: [join(cwd, 'providers/example-com.yaml'), join(cwd, 'etc.yaml')],
      ok: true,
      findings: expect.any(Array) as unknown,
      next: expect.stringMatching(/ serve --config etc\.yaml --lan$/) as string,
    })
  })

  it('names the file where another one is read by default, as of a package', async () => {
    const cwd = temporaryFolder()
    const nextOf = async (config: string, out: string) => {
      const argv = ['init', ...NAMED, '--yes', '--json', '--force', '-o', out]
      const { stdout } = await runCli(argv, { cwd, env: { HOME: cwd, MAILPROFILE_CONFIG: config } })
      return (JSON.parse(stdout.toString()) as { readonly next: string }).next
    }
    expect(await nextOf(join(cwd, 'etc.yaml'), 'mailprofile.yaml')).toMatch(
      / serve --config mailprofile\.yaml --lan$/,
    )
    expect(await nextOf(join(cwd, 'etc.yaml'), 'etc.yaml')).toMatch(/ serve --lan$/)
  })

  it('replaces nothing unless told, and leaves nothing behind', async () => {
    const { cwd } = await init([...NAMED, '--yes'])
    const again = await init([...NAMED, '--yes'], undefined, cwd)
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      `invalid_request: ${join(cwd, 'mailprofile.yaml')} is already there.\nAdd --force to replace it, or name another file with -o.\n`,
    ])
    const beside = await init([...NAMED, '--yes', '-o', 'other.yaml'], undefined, cwd)
    expect(beside.stderr).toContain(`${join(cwd, 'providers/example-com.yaml')} is already there.`)
    expect(readdirSync(cwd).toSorted()).toEqual(['mailprofile.yaml', 'providers'])
    const forced = await init(
      [...NAMED, '--yes', '--force', '--pop3', 'p.example.com:995'],
      undefined,
      cwd,
    )
    expect(forced.exitCode).toBe(0)
    expect(forced.read('providers/example-com.yaml')).toContain('host: p.example.com')
    expect(readdirSync(cwd).toSorted()).toEqual(['mailprofile.yaml', 'providers'])
    mkdirSync(join(cwd, 'etc'))
    const folder = await init([...NAMED, '--yes', '--force', '-o', 'etc'], undefined, cwd)
    expect([folder.exitCode, folder.stderr]).toEqual([
      2,
      'invalid_request: -o has to name a file, and etc is none.\nName the file in it: etc/mailprofile.yaml.\n',
    ])
    const inFile = await init([...NAMED, '--yes', '-o', 'mailprofile.yaml/x'], undefined, cwd)
    expect([inFile.exitCode, inFile.stderr]).toEqual([
      1,
      'file_error: The file mailprofile.yaml/x cannot be written: a part of its path is a file, not a folder.\n' +
        'Check the path, and who may use it.\n',
    ])
    const nowhere = await init([...NAMED, '--yes', '-o', 'not/there.yaml'])
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringContaining('file_error: ')])
  })

  it('replaces no provider file when the configuration cannot be written', async () => {
    const { cwd, read } = await init([...NAMED, '--yes'])
    const before = read('providers/example-com.yaml')
    // What it is called until it is whole is longer than a name may be.
    const argv = ['--yes', '--force', '--pop3', 'p.example.com:995', '-o', 'a'.repeat(240)]
    for (const domain of ['example.com', 'example.org']) {
      const result = await init(['--domain', domain, ...SERVERS.slice(2), ...argv], undefined, cwd)
      expect([result.exitCode, result.stderr]).toEqual([1, expect.stringContaining('file_error: ')])
    }
    expect(read('providers/example-com.yaml')).toBe(before)
    expect(readdirSync(cwd).toSorted()).toEqual(['mailprofile.yaml', 'providers'])
    expect(readdirSync(join(cwd, 'providers'))).toEqual(['example-com.yaml'])
  })

  it('keeps a password in the store’s address for its owner', async () => {
    const { read, cwd } = await init([...NAMED, '--yes', '--store', 'redis://u:secret@127.0.0.1:1'])
    expect(read('mailprofile.yaml')).toMatch(
      /^# .* this file is not for everybody to read.*\nstore: redis:\/\/u:secret@127\.0\.0\.1:1$/m,
    )
    expect(statSync(join(cwd, 'mailprofile.yaml')).mode & 0o777).toBe(0o600)
  })

  it('writes no provider file for a domain that has one', async () => {
    const { cwd, exitCode } = await init(['--domain', 'btinternet.com', '--yes'])
    expect([exitCode, readdirSync(cwd)]).toEqual([0, ['mailprofile.yaml']])
    mkdirSync(join(cwd, 'providers'))
    const own = await init([...NAMED, '--yes', '-o', 'a.yaml'], undefined, cwd)
    expect(own.exitCode).toBe(0)
    const known = await init(['--domain', 'example.com', '--yes', '-o', 'b.yaml'], undefined, cwd)
    expect([known.exitCode, known.read('b.yaml')]).toEqual([
      0,
      expect.stringContaining('\nproviders: providers\n'),
    ])
  })

  it('gives each domain that was found a file of its own', async () => {
    const domains = ['a-b.com', 'a.b.com']
    const documentOf = (domain: string) =>
      clientConfig({ domain, imap: `imap.${domain}`, smtp: `smtp.${domain}` })
    const sites = Object.fromEntries(
      domains.map((domain) => [
        `autoconfig.${domain}`,
        documentAt('/mail/config-v1.1.xml', documentOf(domain)),
      ]),
    )
    const argv = [...domains.flatMap((domain) => ['--domain', domain]), '--yes', '--force']
    const { read, cwd, stderr } = await init(argv, { sites })
    expect(stderr).toMatch(/^Wrote /)
    expect(readdirSync(join(cwd, 'providers'))).toEqual(['a-b-com-2.yaml', 'a-b-com.yaml'])
    expect(read('providers/a-b-com.yaml')).toContain('imap.a-b.com')
    expect(read('providers/a-b-com-2.yaml')).toContain('imap.a.b.com')
  })

  it('takes what a domain publishes of itself, and nothing that nobody vouches for', async () => {
    const siteWith = (document: string) => ({
      sites: { 'autoconfig.customer.com': documentAt('/mail/config-v1.1.xml', document) },
    })
    const argv = ['--domain', 'customer.com', '--yes']
    const own = await init(argv, siteWith(clientConfig({})))
    expect(own.exitCode).toBe(0)
    expect(own.read('providers/customer-com.yaml')).toContain('host: imap.customer.com')
    const elsewhere = await init(argv, siteWith(clientConfig({ smtp: 'smtp.host.co.uk' })))
    expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^confirmation_required: .*the password would go to customer\.com and host\.co\.uk\./,
      ),
    ])
    expect(readdirSync(elsewhere.cwd)).toEqual([])
    const none = await init([...argv, '--no-discover'], siteWith(clientConfig({})))
    expect([none.exitCode, none.network?.asked]).toEqual([2, []])
  })

  it('makes a server that serves a signed profile', async () => {
    const { cwd } = await init([...NAMED, '--yes'])
    const { url } = await startBuilt({ cwd, stdio: 'ignore' })
    const answer = await fetch(`${url}/formats/apple-profile?address=ann@example.com`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/x-apple-aspen-config',
    ])
    expect(Buffer.from(await answer.arrayBuffer()).includes('mail.example.com')).toBe(true)
    expect((await fetch(`${url}/setup?address=ann@example.net`)).status).toBe(404)
  })
})

describe('certificates of Let’s Encrypt', () => {
  it('are found, those for the host first', async () => {
    const folder = temporaryFolder()
    for (const host of ['mail.example.com', 'setup.example.com']) {
      mkdirSync(join(folder, host))
      const { chain, key } = createServerCertificate({ names: [host] })
      writeFileSync(join(folder, host, 'fullchain.pem'), chain)
      writeFileSync(join(folder, host, 'privkey.pem'), key)
    }
    mkdirSync(join(folder, 'broken'))
    writeFileSync(join(folder, 'README'), '')
    const found = await findCertificates('setup.example.com', folder)
    expect(found?.map(({ certificate, isForHost }) => [certificate, isForHost])).toEqual([
      [join(folder, 'setup.example.com/fullchain.pem'), true],
      [join(folder, 'mail.example.com/fullchain.pem'), false],
    ])
    expect(await findCertificates(undefined, join(folder, 'missing'))).toEqual([])
  })
})
