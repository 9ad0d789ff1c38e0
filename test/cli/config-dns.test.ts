import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { startDnsServer, type DnsServer } from '../support/dns-server.js'
import { isMissing } from '../support/programs.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PROVIDER = `
id: example
name: Example Mail
domains: [example.test, münchen.test]
incoming:
  - { protocol: imap, host: mail.%EMAILDOMAIN%, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
  - { protocol: imap, host: mail.%EMAILDOMAIN%, port: 143, security: starttls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: mail.%EMAILDOMAIN%, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
calendar: { url: https://dav.example.test/dav/cal }
`

const CONFIG = `
baseUrl: https://setup.example.test
providers: [providers]
pacc: { enabled: true }
`

function workingFolder(config = CONFIG): string {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'providers'))
  writeFileSync(join(cwd, 'providers/example.yaml'), PROVIDER)
  writeFileSync(join(cwd, 'mailprofile.yaml'), config)
  return cwd
}

interface Report {
  readonly domain: string
  readonly zone: string
  readonly records: readonly {
    readonly owner: string
    readonly type: string
    readonly state: string
    readonly found: readonly string[]
  }[]
  readonly extra: readonly { readonly owner: string; readonly data: string }[]
  readonly warnings: readonly string[]
}

async function report(
  server: string,
  { domain = 'example.test', cwd = workingFolder() } = {},
): Promise<{ readonly exitCode: number; readonly json: Report }> {
  const argv = ['config', 'dns', domain, '--server', server, '--json']
  const { exitCode, stdout, stderr } = await runCli(argv, { cwd })
  expect(stderr).toBe('')
  return { exitCode, json: JSON.parse(stdout.toString()) as Report }
}

const NOWHERE = '127.0.0.1:1'

describe.skipIf(isMissing('knotd'))('config dns, with a real name server', () => {
  let dns: DnsServer | undefined

  afterEach(async () => {
    await dns?.stop()
    dns = undefined
  })

  async function zoneOf(domain: string): Promise<string> {
    return (await report(NOWHERE, { domain })).json.zone
  }

  it.each(['example.test', 'münchen.test'])(
    'finds all that it printed for %s, as a name server loads it',
    async (domain) => {
      dns = await startDnsServer([await zoneOf(domain)])
      const { exitCode, json } = await report(dns.address, { domain })
      expect(json.records.filter(({ state }) => state !== 'ok')).toEqual([])
      expect([exitCode, json.extra]).toEqual([0, []])
      expect(json.records.map(({ owner, type }) => `${owner} ${type}`)).toEqual([
        '_imaps._tcp SRV',
        '_imap._tcp SRV',
        '_pop3s._tcp SRV',
        '_pop3._tcp SRV',
        '_submissions._tcp SRV',
        '_submission._tcp SRV',
        '_caldavs._tcp SRV',
        '_caldavs._tcp TXT',
        '_caldav._tcp SRV',
        'autoconfig CNAME',
        'autodiscover CNAME',
        '_autodiscover._tcp SRV',
        'ua-auto-config CNAME',
        '_ua-auto-config TXT',
      ])
      const { stdout } = await runCli(['config', 'dns', domain, '--server', dns.address], {
        cwd: workingFolder(),
      })
      expect(stdout.toString()).toMatch(/\nNothing is left to do\.\n$/)
    },
  )

  it('finds an empty zone empty', async () => {
    dns = await startDnsServer(['example.test. A 192.0.2.1'])
    const { exitCode, json } = await report(dns.address)
    expect(exitCode).toBe(1)
    expect(new Set(json.records.map(({ state }) => state))).toEqual(new Set(['missing']))
  })

  it.each<[what: string, from: RegExp, to: string, owner: string, state: string, found: string[]]>([
    [
      'another host',
      /^_imaps.*$/m,
      '_imaps._tcp SRV 0 1 993 old.example.test.',
      '_imaps._tcp',
      'different',
      ['0 1 993 old.example.test.'],
    ],
    [
      'another port',
      /^_submissions.*$/m,
      '_submissions._tcp SRV 0 1 587 mail',
      '_submissions._tcp',
      'different',
      ['0 1 587 mail.example.test.'],
    ],
    [
      'a service that is not offered',
      /^_pop3s.*$/m,
      '_pop3s._tcp SRV 0 1 995 mail',
      '_pop3s._tcp',
      'different',
      ['0 1 995 mail.example.test.'],
    ],
    [
      'an offered service as not offered',
      /^_imaps.*$/m,
      '_imaps._tcp SRV 0 0 0 .',
      '_imaps._tcp',
      'different',
      ['0 0 0 .'],
    ],
    ['no record', /^_imaps.*$/m, '', '_imaps._tcp', 'missing', []],
    [
      'another priority',
      /^_imaps.*$/m,
      '_imaps._tcp SRV 7 9 993 MAIL.example.test.',
      '_imaps._tcp',
      'ok',
      [],
    ],
    [
      'another alias',
      /^autoconfig .*$/m,
      'autoconfig CNAME other.example.test.',
      'autoconfig',
      'different',
      ['other.example.test.'],
    ],
    [
      'an alias that leads to an alias',
      /^autoconfig .*$/m,
      'autoconfig CNAME web.example.test.\nweb CNAME SETUP.example.test.',
      'autoconfig',
      'ok',
      [],
    ],
    [
      'an alias that leads elsewhere in the end',
      /^autoconfig .*$/m,
      'autoconfig CNAME web.example.test.\nweb CNAME other.example.test.',
      'autoconfig',
      'different',
      ['web.example.test.'],
    ],
    [
      'an alias of the same address',
      /^autoconfig .*$/m,
      'autoconfig CNAME web.example.test.\nweb A 192.0.2.7\nsetup A 192.0.2.7',
      'autoconfig',
      'ok',
      [],
    ],
    [
      'aliases that go round',
      /^autoconfig .*$/m,
      'autoconfig CNAME web.example.test.\nweb CNAME autoconfig.example.test.',
      'autoconfig',
      'different',
      ['web.example.test.'],
    ],
    [
      'the same address',
      /^autoconfig .*$/m,
      'autoconfig A 192.0.2.7\nsetup A 192.0.2.7',
      'autoconfig',
      'ok',
      [],
    ],
    [
      'another address',
      /^autoconfig .*$/m,
      'autoconfig A 192.0.2.8\nsetup A 192.0.2.7',
      'autoconfig',
      'different',
      ['192.0.2.8'],
    ],
    [
      'an old digest',
      /d=[^"]+/,
      'd=b2xk',
      '_ua-auto-config',
      'different',
      ['"v=UAAC1; a=sha256; d=b2xk"'],
    ],
    [
      'an old digest besides',
      /^(_ua-auto-config.*)$/m,
      '$1\n_ua-auto-config TXT "v=UAAC1; a=sha256; d=b2xk"',
      '_ua-auto-config',
      'ok',
      [],
    ],
    [
      'another order of tags',
      /"v=UAAC1; a=sha256; (.*)"/,
      '"v=UAAC1; $1; a=sha256; x=y"',
      '_ua-auto-config',
      'ok',
      [],
    ],
    [
      'other texts in its place',
      /^_ua-auto-config.*$/m,
      '_ua-auto-config TXT "v=spf1 -all"',
      '_ua-auto-config',
      'missing',
      [],
    ],
    [
      'other texts besides',
      /^(_ua-auto-config.*)$/m,
      '$1\n_ua-auto-config TXT "v=spf1 -all"',
      '_ua-auto-config',
      'ok',
      [],
    ],
  ])('sees %s', async (_what, from, to, owner, state, found) => {
    dns = await startDnsServer([(await zoneOf('example.test')).replace(from, to)])
    const { exitCode, json } = await report(dns.address)
    expect(json.records.find((record) => record.owner === owner)).toMatchObject({ state, found })
    const others = json.records.filter((record) => record.owner !== owner)
    expect(others.filter((record) => record.state !== 'ok')).toEqual([])
    expect(exitCode).toBe(state === 'ok' ? 0 : 1)
  })

  it('sees a record that sends programs elsewhere', async () => {
    const more = '_imaps._tcp SRV 0 1 993 old.example.test.'
    dns = await startDnsServer([await zoneOf('example.test'), more])
    const { exitCode, json } = await report(dns.address)
    expect(json.extra).toEqual([
      { owner: '_imaps._tcp', type: 'SRV', data: '0 1 993 old.example.test.' },
    ])
    expect(exitCode).toBe(1)
    const argv = ['config', 'dns', 'example.test', '--server', dns.address]
    const { stdout } = await runCli(argv, { cwd: workingFolder() })
    expect(stdout.toString()).toContain('  extra  _imaps._tcp SRV 0 1 993 old.example.test.\n')
    expect(stdout.toString()).toContain('\nRemove the extra records')
  })
})

describe('config dns', () => {
  it('does not take silence for an answer', async () => {
    const silent = createSocket('udp4')
    silent.bind(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const { exitCode, json } = await report(`127.0.0.1:${silent.address().port}`)
      expect(new Set(json.records.map(({ state }) => state))).toEqual(new Set(['unknown']))
      expect(exitCode).toBe(1)
    } finally {
      silent.close()
    }
  }, 20_000)

  it.each([
    ['%EMAILADDRESS%', []],
    ['%EMAILLOCALPART%', [expect.stringMatching(/^The user name is %EMAILLOCALPART%, .* aerc/)]],
  ])('warns of SRV records where the user name is %s', async (username, warnings) => {
    const cwd = workingFolder()
    const file = join(cwd, 'providers/example.yaml')
    writeFileSync(file, PROVIDER.replaceAll('%EMAILADDRESS%', username))
    expect((await report(NOWHERE, { cwd })).json.warnings).toEqual(warnings)
    const { stdout } = await runCli(['config', 'dns', 'example.test', '--server', NOWHERE], { cwd })
    expect(stdout.toString().includes('warning  The user name is')).toBe(warnings.length > 0)
  })

  it('says in the zone what is missing without an address for people', async () => {
    const cwd = workingFolder('providers: [providers]\n')
    const { json } = await report(NOWHERE, { cwd })
    expect(json.zone).not.toMatch(/CNAME|_autodiscover/)
    expect(json.zone).toContain('; The names autoconfig and autodiscover are missing')
  })

  it('wants a domain, and names that of an address', async () => {
    const run = (argument: string) => runCli(['config', 'dns', argument], { cwd: workingFolder() })
    expect((await run('ann@example.com')).stderr).toBe(
      'invalid_address: A mail domain is wanted, and this is an address.\n' +
        'Give its domain: mailprofile config dns example.com\n',
    )
    for (const argument of ['not a domain', 'a@b@c', '@', 'ann@']) {
      expect((await run(argument)).stderr).toBe(
        'invalid_address: This is not a mail domain such as example.com.\n',
      )
    }
  })

  it.each([
    [['config', 'dns', 'unknown.test'], 1, /^unknown_domain: /],
    [['config', 'dns', 'not a domain'], 1, /^invalid_address: /],
    [['config', 'dns', 'example.test', '--server', 'ns.example.test'], 2, /^invalid_request: /],
    [['config', 'dns'], 2, /missing required argument 'domain'/],
  ])('refuses %j', async (argv, code, sentence) => {
    const { exitCode, stderr } = await runCli(argv, { cwd: workingFolder() })
    expect(exitCode).toBe(code)
    expect(stderr).toMatch(sentence)
  })
})
