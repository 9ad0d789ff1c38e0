import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { inLongSuite } from '../support/runs.js'
import { runCli, type CliResult } from '../support/cli.js'
import {
  startPrimaryServer,
  type PrimaryOptions,
  type PrimaryServer,
} from '../support/primary-server.js'
import { isMissing, isMissingModule, program } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const LONG_PATH = `/dav/${'x'.repeat(280)};"`

function provider({ domain = 'example.test', path = '/dav/cal' } = {}): string {
  return `
id: example
name: Example Mail
domains: [${domain}]
incoming:
  - { protocol: imap, host: mail.%EMAILDOMAIN%, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: mail.%EMAILDOMAIN%, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
calendar: { url: 'https://dav.example.test${path}' }
`
}

function workingFolder(text = provider()): string {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'providers'))
  writeFileSync(join(cwd, 'providers/example.yaml'), text)
  // Of another zone than the mail domain, as often.
  writeFileSync(
    join(cwd, 'mailprofile.yaml'),
    'baseUrl: https://setup.elsewhere.test\nproviders: [providers]\npacc: { enabled: true }\n',
  )
  return cwd
}

const env = { PATH: process.env['PATH'] }
const IMAPS = '_imaps._tcp.example.test'
const DIGEST = '_ua-auto-config.example.test'

describe.skipIf(isMissing('knotd') || isMissing('nsupdate'))('config dns --apply', () => {
  let primary: PrimaryServer | undefined

  afterEach(async () => {
    await primary?.stop()
    primary = undefined
  })

  async function start(options?: PrimaryOptions): Promise<PrimaryServer> {
    primary = await startPrimaryServer(options)
    return primary
  }

  function argvOf({ address, keyFile }: PrimaryServer, more = ['--yes'], domain = 'example.test') {
    return ['config', 'dns', domain, '--apply', '--server', address, '--key-file', keyFile, ...more]
  }

  function apply(
    server: PrimaryServer,
    more?: string[],
    cwd = workingFolder(),
  ): Promise<CliResult> {
    return runCli(argvOf(server, more), { cwd, env })
  }

  /** Answers the question once something has been done. */
  async function answer(server: PrimaryServer, keys: string, before?: () => void) {
    const terminal = Object.assign(new PassThrough(), { isTTY: true })
    const ended = runCli(argvOf(server, []), {
      cwd: workingFolder(),
      env,
      stdin: terminal,
      terminal: true,
      onStderr: (text) => {
        if (!text.includes('[y/N]')) return
        before?.()
        terminal.write(keys)
      },
    })
    return ended
  }

  it('adds all that is missing, and then finds nothing left to do', async () => {
    const server = await start()
    const first = await apply(server)
    expect(first.stderr).toBe('')
    expect(first.stdout.toString()).toMatch(
      /^The changes to the zone example\.test, .*\n {2}\+ {2}_imaps\._tcp SRV 0 1 993 mail\.example\.test\.\n/,
    )
    expect(first.stdout.toString()).toMatch(
      /\nThe zone example\.test was changed\.\n[^]*\nNothing is left to do\.\n$/,
    )
    expect(first.exitCode).toBe(0)
    expect(server.ask(IMAPS, 'SRV')).toEqual(['0 1 993 mail.example.test.'])
    expect(server.ask('_pop3s._tcp.example.test', 'SRV')).toEqual(['0 0 0 .'])
    expect(server.ask('autoconfig.example.test', 'CNAME')).toEqual(['setup.elsewhere.test.'])
    const serial = server.ask('example.test', 'SOA')
    const second = await apply(server)
    expect(second.stdout.toString()).toMatch(
      /^The zone example\.test has all that it should have\.\nThe DNS of today:/,
    )
    expect(second.exitCode).toBe(0)
    expect(server.ask('example.test', 'SOA')).toEqual(serial)
  })

  inLongSuite('changes a zone that the server signs', async () => {
    const server = await start({ signed: true })
    expect((await apply(server)).exitCode).toBe(0)
    expect(server.ask(IMAPS, 'RRSIG')).toEqual([expect.stringMatching(/^SRV /)])
  })

  inLongSuite('finds the zone above a domain, or takes the one that is named', async () => {
    const cwd = workingFolder(provider({ domain: 'team.example.test' }))
    for (const zone of [[], ['--zone', 'example.test.']]) {
      const server = await start()
      const argv = argvOf(server, ['--yes', ...zone], 'team.example.test')
      expect((await runCli(argv, { cwd, env })).exitCode).toBe(0)
      expect(server.ask('_imaps._tcp.team.example.test', 'SRV')).toEqual([
        '0 1 993 mail.team.example.test.',
      ])
      await server.stop()
    }
    primary = undefined
  })

  it('writes texts of more than 255 bytes, and finds them again', async () => {
    const server = await start()
    const cwd = workingFolder(provider({ path: LONG_PATH }))
    expect((await apply(server, ['--yes', '--ttl', '300'], cwd)).exitCode).toBe(0)
    const [text = ''] = server.ask('_caldavs._tcp.example.test', 'TXT')
    expect(text).toMatch(/^"path=\/dav\/x{245}" "x{35};%22"$/)
    expect((await apply(server, ['--yes'], cwd)).stdout.toString()).toMatch(
      /has all that it should/,
    )
    // Another text in pieces of its own, which has to be named as it is.
    server.change('update delete _caldavs._tcp.example.test TXT')
    server.change('update add _caldavs._tcp.example.test 60 TXT "path=/" "old" "" "er"')
    expect((await apply(server, ['--yes'], cwd)).exitCode).toBe(0)
    expect(server.ask('_caldavs._tcp.example.test', 'TXT')).toEqual([text])
  })

  inLongSuite('takes a host name for the server, and a key from standard input', async () => {
    const server = await start()
    const [host = '', port = ''] = server.address.split(':')
    const argv = ['config', 'dns', 'example.test', '--apply', '--server', `ns1.test:${port}`]
    const asked: string[] = []
    const nobody = () => Promise.reject(new Error('Not asked for.'))
    const { exitCode, stderr } = await runCli([...argv, '--key-file', '-', '--yes'], {
      cwd: workingFolder(),
      env,
      // As tsig-keygen writes it.
      stdin: readFileSync(server.keyFile, 'utf8').replace(
        /[^]*id: (\S+)\s+algorithm: (\S+)\s+secret: (\S+)\s*$/,
        'key "$1" {\n\talgorithm $2;\n\tsecret "$3";\n};\n',
      ),
      network: {
        addresses: (name) => {
          asked.push(name)
          return Promise.resolve([host])
        },
        mx: nobody,
        srv: nobody,
        dial: () => {
          throw new Error('Not asked for.')
        },
      },
    })
    expect([exitCode, stderr, asked]).toEqual([0, '', ['ns1.test']])
  })

  describe('with records that were there before', () => {
    inLongSuite('replaces octets that are no text', async () => {
      const server = await start({ records: ['_caldavs._tcp TXT "path=\\255\\000" "\\010\\"" ""'] })
      const { exitCode, stdout } = await apply(server)
      expect(stdout.toString()).toContain(
        '  -  _caldavs._tcp TXT "path=\\255\\000" "\\010\\"" ""\n',
      )
      expect(exitCode).toBe(0)
      expect(server.ask('_caldavs._tcp.example.test', 'TXT')).toEqual(['"path=/dav/cal"'])
    })

    const OLD = '_imaps._tcp SRV 0 1 993 old.example.test.'

    it('replaces those that lead elsewhere, and shows each', async () => {
      const server = await start({
        records: [OLD, '_submissions._tcp SRV 0 1 465 mail', '_submissions._tcp SRV 9 1 465 old'],
      })
      const { exitCode, stdout } = await apply(server)
      expect(exitCode).toBe(0)
      expect(stdout.toString()).toContain(
        '  -  _imaps._tcp SRV 0 1 993 old.example.test.\n' +
          '  +  _imaps._tcp SRV 0 1 993 mail.example.test.\n',
      )
      expect(stdout.toString()).toContain('  -  _submissions._tcp SRV 9 1 465 old.example.test.\n')
      expect(server.ask(IMAPS, 'SRV')).toEqual(['0 1 993 mail.example.test.'])
      expect(server.ask('_submissions._tcp.example.test', 'SRV')).toEqual([
        '0 1 465 mail.example.test.',
      ])
    })

    it('leaves all else at the same names and in the zone', async () => {
      const texts = ['"v=spf1 -all"', '"a line\\010update delete example.test. SOA"']
      const server = await start({
        records: [
          ...texts.map((text) => `_ua-auto-config TXT ${text}`),
          '_imaps._tcp SRV 7 9 993 mail.example.test.',
          '@ MX 10 mail',
          '@ TXT "v=spf1 mx"',
        ],
      })
      expect((await apply(server)).exitCode).toBe(0)
      expect(server.ask(DIGEST, 'TXT')).toEqual(
        expect.arrayContaining([...texts, expect.stringMatching(/^"v=UAAC1; a=sha256; d=/)]),
      )
      expect(server.ask(IMAPS, 'SRV')).toEqual(['7 9 993 mail.example.test.'])
      expect(server.ask('example.test', 'MX')).toEqual(['10 mail.example.test.'])
      expect(server.ask('example.test', 'TXT')).toEqual(['"v=spf1 mx"'])
    })

    inLongSuite('keeps the digest of the old document until it is told', async () => {
      const old = '"v=UAAC1; a=sha256; d=b2xk"'
      const server = await start({ records: [`_ua-auto-config TXT ${old}`] })
      expect((await apply(server)).exitCode).toBe(0)
      expect(server.ask(DIGEST, 'TXT')).toHaveLength(2)
      const { exitCode, stdout } = await apply(server, ['--yes', '--drop-old-digests'])
      expect(exitCode).toBe(0)
      expect(stdout.toString()).toContain(`  -  _ua-auto-config TXT ${old}\n`)
      expect(server.ask(DIGEST, 'TXT')).toEqual([expect.not.stringContaining('b2xk')])
    })

    it('puts a CNAME where only a wildcard answered', async () => {
      const server = await start({ records: ['* A 192.0.2.9', '* TXT "path=/wild"'] })
      expect((await apply(server)).exitCode).toBe(0)
      expect(server.ask('autoconfig.example.test', 'CNAME')).toEqual(['setup.elsewhere.test.'])
      expect(server.ask('other.example.test', 'A')).toEqual(['192.0.2.9'])
    })

    it('replaces a CNAME', async () => {
      const server = await start({ records: ['autoconfig CNAME old.elsewhere.test.'] })
      expect((await apply(server)).exitCode).toBe(0)
      expect(server.ask('autoconfig.example.test', 'CNAME')).toEqual(['setup.elsewhere.test.'])
    })

    it('leaves to a person what no CNAME can stand beside, and does the rest', async () => {
      const server = await start({
        records: ['autoconfig TXT "mine"', '_pop3._tcp CNAME old', 'old A 192.0.2.1'],
      })
      const { exitCode, stdout } = await apply(server)
      expect(stdout.toString()).toContain('  !  autoconfig CNAME: the name has other records')
      expect(stdout.toString()).toContain('  !  _pop3._tcp SRV: the name has a CNAME')
      expect(exitCode).toBe(1)
      expect(server.ask('autoconfig.example.test', 'TXT')).toEqual(['"mine"'])
      expect(server.ask(IMAPS, 'SRV')).toEqual(['0 1 993 mail.example.test.'])
    })

    it('touches nothing that it could not write as it is', async () => {
      const names = ['evil\\010update\\032delete', 'a\\"b', 'a\\;b', '\\195\\188']
      const server = await start({
        records: [...names.map((name) => `_imaps._tcp SRV 0 1 993 ${name}.example.test.`)],
      })
      const before = server.ask(IMAPS, 'SRV')
      const { exitCode, stdout } = await apply(server)
      expect(stdout.toString()).toContain('  !  _imaps._tcp SRV: what is there cannot be written')
      expect(exitCode).toBe(1)
      expect(server.ask(IMAPS, 'SRV').sort()).toEqual(before.sort())
      expect(server.ask('example.test', 'SOA')).toHaveLength(1)
    })
  })

  describe('asks', () => {
    it.each([
      ['y\n', 0, 1],
      ['YES\n', 0, 1],
      ['n\n', 1, 0],
      ['\n', 1, 0],
      ['yesterday\n', 1, 0],
    ])('and takes %j for an answer', async (keys, exitCode, records) => {
      const server = await start()
      const ended = await answer(server, keys)
      expect(ended.exitCode).toBe(exitCode)
      expect(ended.stderr).toMatch(/ {2}\+ {2}_imaps\._tcp SRV [^]*Change the zone example\.test\?/)
      expect(ended.stderr.includes('Nothing was changed.')).toBe(records === 0)
      expect(server.ask(IMAPS, 'SRV')).toHaveLength(records)
    })

    it.each([
      ['a record came', `update add ${IMAPS} 60 SRV 0 1 993 other.example.test.`],
      ['a record went', 'update delete _submissions._tcp.example.test SRV'],
      ['a name was taken', 'update add autoconfig.example.test 60 TXT "mine"'],
    ])('and changes nothing when the zone has changed meanwhile: %s', async (_what, line) => {
      const server = await start({ records: ['_submissions._tcp SRV 0 1 465 old'] })
      const ended = await answer(server, 'y\n', () => server.change(line))
      expect([ended.exitCode, ended.stderr]).toEqual([
        1,
        expect.stringContaining(
          'dns_update_failed: The zone example.test has changed since it was read: nothing was changed.\n',
        ),
      ])
      expect(server.ask('_pop3s._tcp.example.test', 'SRV')).toEqual([])
    })

    it('nobody where there is no terminal', async () => {
      const server = await start()
      const { exitCode, stderr, stdout } = await apply(server, [])
      expect([exitCode, stdout.toString()]).toEqual([2, ''])
      expect(stderr).toBe(
        'invalid_request: --apply asks on a terminal, and there is none.\n' +
          'Add --yes to change the zone without being asked, or --dry-run to see what would change.\n',
      )
      expect(server.ask(IMAPS, 'SRV')).toEqual([])
    })

    it('nobody with --dry-run, and changes nothing', async () => {
      const server = await start()
      const { exitCode, stdout } = await apply(server, ['--dry-run', '--json'])
      const report = JSON.parse(stdout.toString()) as Record<string, unknown>
      expect([exitCode, report['applied'], report['obstacles']]).toEqual([1, false, []])
      expect(report['changes']).toContainEqual({
        owner: '_imaps._tcp',
        type: 'SRV',
        there: [],
        remove: [],
        add: ['0 1 993 mail.example.test.'],
      })
      const told = await apply(server, ['--dry-run'])
      expect(told.stdout.toString()).toContain(
        'Nothing was changed: without --dry-run it will be.\n',
      )
      expect(server.ask(IMAPS, 'SRV')).toEqual([])
      const applied = await apply(server, ['--yes', '--format', 'json'])
      expect(JSON.parse(applied.stdout.toString())).toMatchObject({ applied: true, extra: [] })
    })
  })

  describe('says why it could not', () => {
    function edited(keyFile: string, from: RegExp, to: string): string {
      const file = join(temporaryFolder(), 'key')
      writeFileSync(file, readFileSync(keyFile, 'utf8').replace(from, to))
      return file
    }

    it.each<[string, (server: PrimaryServer) => string, string]>([
      [
        'a wrong secret',
        ({ keyFile }) => edited(keyFile, /secret: .{8}/, 'secret: AAAAAAAA'),
        'has another secret for the key.',
      ],
      [
        'an unknown key',
        ({ keyFile }) => edited(keyFile, /id: \S+/, 'id: nobody.test'),
        'does not know the key, or does',
      ],
      [
        'a key that may not',
        ({ otherKeyFile }) => otherKeyFile,
        'or does not let it change the zone.',
      ],
    ])('%s', async (_what, keyFile, sentence) => {
      const server = await start()
      const { exitCode, stderr } = await apply({ ...server, keyFile: keyFile(server) })
      expect(stderr).toContain(sentence)
      expect(stderr).toMatch(/^dns_update_failed: The name server 127\.0\.0\.1, port \d+, /)
      expect(exitCode).toBe(1)
      expect(server.ask(IMAPS, 'SRV')).toEqual([])
    })

    it('a zone that is not there', async () => {
      const server = await start({ zone: 'other.test' })
      const { exitCode, stderr } = await apply(server)
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^dns_update_failed: The name server \S+ does not have the zone of example/,
        ),
      ])
    })

    it('a server that is not there', async () => {
      const server = await start()
      const { exitCode, stderr } = await apply({ ...server, address: '127.0.0.1:1' })
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^dns_update_failed: The name server 127\.0\.0\.1:1 does not answer\./,
        ),
      ])
    })

    it('no nsupdate', async () => {
      const server = await start()
      const { exitCode, stderr } = await runCli(argvOf(server), {
        cwd: workingFolder(),
        env: { PATH: temporaryFolder() },
      })
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^program_missing: nsupdate is not installed\.\nInstall it: bind9-dnsutils/,
        ),
      ])
    })
  })

  it('says when every user of the machine can read the key', async () => {
    const server = await start()
    for (const path of [dirname(server.keyFile), server.keyFile]) chmodSync(path, 0o755)
    const { exitCode, stderr } = await apply(server)
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^Every user of this machine can read \S+\.key \(mode 0755\): chmod o-rwx /,
      ),
    ])
  })

  // It answers for its own zone, and refuses to say anything of that of mailprofile.
  describe('compares at a server that has no other zone', () => {
    const setup = (addresses: string[] | Error) => ({
      addresses: () =>
        addresses instanceof Error ? Promise.reject(addresses) : Promise.resolve(addresses),
      mx: () => Promise.resolve([]),
      srv: () => Promise.resolve([]),
      dial: () => {
        throw new Error('Not asked for.')
      },
    })

    it.each<[what: string, record: string, addresses: string[] | Error, state: string]>([
      ['the right alias', 'CNAME setup.elsewhere.test.', new Error('Not asked for.'), 'ok'],
      ['another alias', 'CNAME old.elsewhere.test.', new Error('Not asked for.'), 'different'],
      ['the same address', 'A 192.0.2.7', ['192.0.2.7'], 'ok'],
      ['another address', 'A 192.0.2.8', ['192.0.2.7'], 'different'],
      ['an address that cannot be compared', 'A 192.0.2.8', new Error('No network.'), 'unknown'],
    ])('%s', async (_what, record, addresses, state) => {
      const server = await start({ records: [`autoconfig ${record}`] })
      const argv = ['config', 'dns', 'example.test', '--server', server.address, '--json']
      const network = setup(addresses)
      const { stdout } = await runCli(argv, { cwd: workingFolder(), network })
      const { records } = JSON.parse(stdout.toString()) as { records: { owner: string }[] }
      expect(records.find(({ owner }) => owner === 'autoconfig')).toMatchObject({ state })
    })
  })

  it('gives nsupdate the key on standard input, and nothing of it to anybody else', async () => {
    const server = await start()
    const folder = temporaryFolder()
    const seen = join(folder, 'seen')
    const wrapper = `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >> '${seen}'\nexec '${program('nsupdate')}' "$@"\n`
    writeFileSync(join(folder, 'nsupdate'), wrapper)
    chmodSync(join(folder, 'nsupdate'), 0o755)
    const { exitCode, stdout, stderr } = await runCli(argvOf(server, ['--yes', '--json']), {
      cwd: workingFolder(),
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, PLANTED: 'planted' },
    })
    const secret = /secret: (\S+)/.exec(readFileSync(server.keyFile, 'utf8'))?.[1] ?? ''
    const all = [readFileSync(seen, 'utf8'), stdout.toString(), stderr].join('\n')
    expect(secret).toHaveLength(44)
    expect(all).toContain('\n-t\n10\n')
    expect(all).not.toContain(secret)
    expect(all).not.toContain('planted')
    expect(exitCode).toBe(0)
  })
})

describe('the words of config dns', () => {
  const BIND_KEY = 'key "a.test" { algorithm hmac-sha256; secret "AAAAAAAAAAAAAAAAAAAAAA=="; };'

  function run(argv: readonly string[], key = BIND_KEY): Promise<CliResult> {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'key'), key)
    return runCli(['config', 'dns', ...argv], { cwd, env })
  }

  it.each([
    [['--apply'], '--apply needs --server and --key-file.'],
    [['--apply', '--server', '127.0.0.1'], '--apply needs --server and --key-file.'],
    [['--yes'], '--yes does nothing without --apply.'],
    [['--dry-run'], '--dry-run does nothing without --apply.'],
    [['--key-file', 'key'], '--key-file does nothing without --apply.'],
    [['--drop-old-digests'], '--drop-old-digests does nothing without --apply.'],
    [['--ttl', '60'], '--ttl does nothing without --apply.'],
    [['--json', '--format', 'octodns'], '--json and --format octodns do not go together.'],
    [
      ['--apply', '--format', 'octodns', '--server', '127.0.0.1', '--key-file', 'key'],
      '--apply and --format octodns do not go together.',
    ],
    [['--format', 'octodns', '--zone', 'other.test'], '--zone is no zone that example.test is in.'],
    [['--format', 'octodns', '--ttl', '0'], "'--ttl <seconds>'"],
    [['--format', 'xml'], 'Allowed choices are bind, json, octodns.'],
    ...[
      'a b',
      '127.0.0.1 53\nupdate',
      '127.0.0.1:0',
      '127.0.0.1:99999',
      '[127.0.0.1]',
      'fe80::1%eth0',
    ].map((server): [string[], string] => [
      ['--apply', '--yes', '--key-file', 'key', '--server', server],
      '--server is not a name server.',
    ]),
  ])('are refused: %j', async (argv, sentence) => {
    const { exitCode, stderr, stdout } = await run(['example.test', ...argv])
    expect(stderr).toContain(sentence)
    expect([exitCode, stdout.toString()]).toEqual([2, ''])
  })

  it.each([
    'example.test\nupdate delete example.test. SOA',
    'example.test. ;',
    'a"b.test',
    'example.test\u2028send',
  ])('takes no line for a domain: %j', async (domain) => {
    const more = ['--apply', '--yes', '--server', '127.0.0.1:1', '--key-file', 'key']
    const { exitCode, stderr } = await run([domain, ...more])
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^invalid_address: /)])
  })

  it.each([
    ['nothing', '', 'It holds no key.'],
    ['another thing', '{ "key": 1 }', 'It holds no key.'],
    ['two keys', `${BIND_KEY}\n${BIND_KEY}`, 'It holds more than one key.'],
    ['a name of two lines', BIND_KEY.replace('a.test', 'a\\nupdate'), 'The name of its key'],
    ['MD5', BIND_KEY.replace('sha256', 'md5'), 'Its algorithm is none of hmac-sha1,'],
    ['no secret', BIND_KEY.replace(/secret[^;]*;/, ''), 'Its secret is not base64.'],
    ['a secret with more', BIND_KEY.replace('==', '\u00e4'), 'Its secret is not base64.'],
  ])('takes no key file with %s', async (_what, key, sentence) => {
    const argv = [
      'example.test',
      '--apply',
      '--yes',
      '--server',
      '127.0.0.1:1',
      '--key-file',
      'key',
    ]
    const { exitCode, stderr } = await run(argv, key)
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^invalid_request: This is not a TSIG key file\. /),
    ])
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('AAAA')
  })

  it('print the same as JSON by either option, errors too', async () => {
    const argv = ['example.test', '--server', '127.0.0.1:1']
    const [one, other] = await Promise.all([
      run([...argv, '--json']),
      run([...argv, '--format', 'json']),
    ])
    expect(other.stdout.toString()).toBe(one.stdout.toString())
    const { stderr } = await run(['unknown.test', '--format', 'json'])
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'unknown_domain' } })
  })
})

describe.skipIf(isMissingModule('yaml'))('config dns --format octodns', () => {
  // PyYAML is what octoDNS reads with.
  function read(yaml: Uint8Array): unknown {
    const program = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)'
    return JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', program], { input: yaml, encoding: 'utf8' }),
    )
  }

  // As octoDNS 1.22 has it, which refuses keys out of order.
  const isSorted = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.values(value).every(isSorted) &&
      (Array.isArray(value) || Object.keys(value).join() === Object.keys(value).sort().join()))

  it('is what its YamlProvider reads', async () => {
    const cwd = workingFolder(provider({ path: LONG_PATH }))
    const argv = ['config', 'dns', 'example.test', '--format', 'octodns', '--ttl', '300']
    const { exitCode, stdout, stderr } = await runCli(argv, { cwd })
    expect([exitCode, stderr]).toEqual([0, ''])
    const zone = read(stdout) as Record<string, unknown>
    expect(zone).toMatchObject({
      '_imaps._tcp': {
        ttl: 300,
        type: 'SRV',
        value: { port: 993, priority: 0, target: 'mail.example.test.', weight: 1 },
      },
      '_pop3._tcp': { type: 'SRV', value: { port: 0, priority: 0, target: '.', weight: 0 } },
      '_caldavs._tcp': [
        { type: 'SRV' },
        { type: 'TXT', value: `path=/dav/${'x'.repeat(280)}\\;%22` },
      ],
      '_ua-auto-config': {
        value: expect.stringMatching(/^v=UAAC1\\; a=sha256\\; d=\S+=$/) as string,
      },
      autoconfig: { type: 'CNAME', value: 'setup.elsewhere.test.' },
    })
    expect(isSorted(zone)).toBe(true)
  })

  it('names records as the zone above does', async () => {
    const cwd = workingFolder(provider({ domain: 'team.example.test' }))
    const argv = ['config', 'dns', 'team.example.test', '--format', 'octodns']
    const { stdout } = await runCli([...argv, '--zone', 'example.test'], { cwd })
    expect(Object.keys(read(stdout) as object)).toContain('_imaps._tcp.team')
    expect(isSorted(read(stdout))).toBe(true)
  })
})
