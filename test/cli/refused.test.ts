import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ADDRESS = 'ann@proton.me'

describe('an address whose provider cannot be set up', () => {
  it.each([
    [['lookup', ADDRESS]],
    [['export', 'apple-profile', ADDRESS]],
    [['export', 'dns-records', ADDRESS]],
    [['qr', ADDRESS]],
    [['check', ADDRESS]],
    [['config', 'dns', 'proton.me']],
    // Nothing outside is asked: this test has no network.
    [['lookup', ADDRESS, '--discover']],
  ])('is told by %j', async (argv) => {
    const { exitCode, stdout, stderr } = await runCli(argv)
    expect([exitCode, stdout.length]).toEqual([1, 0])
    expect(stderr).toMatch(
      /^unsupported_account: Proton Mail has no servers .*\nSee https:\/\/proton/,
    )
    expect(stderr).not.toContain(ADDRESS)
  })

  it('is told as JSON', async () => {
    const { exitCode, stdout, stderr } = await runCli(['lookup', ADDRESS, '--json'])
    expect([exitCode, stdout.length]).toEqual([1, 0])
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'unsupported_account',
        message: expect.stringMatching(/^Proton Mail has no servers /) as string,
        helpUrl: expect.stringMatching(/^https:\/\/proton/) as string,
      },
    })
  })

  it('gets no invitation', async () => {
    const cwd = temporaryFolder()
    const env = { MAILPROFILE_STORE: 'sqlite:test.db', MAILPROFILE_BASE_URL: 'https://a.example' }
    const { exitCode, stderr } = await runCli(['invite', ADDRESS], { cwd, env })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^unsupported_account: Proton/)])
  })

  it('is told when its domain is to be served', async () => {
    const cwd = temporaryFolder()
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'serve: { domains: [proton.me, nobody.example, bt.example] }\n',
    )
    const { stdout } = await runCli(['config', 'check', '--json'], { cwd })
    const { findings } = JSON.parse(stdout.toString('utf8')) as {
      readonly findings: readonly { readonly subject: string; readonly message: string }[]
    }
    const told = findings.filter(({ subject }) => subject === 'serve.domains')
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Nobody at proton\.me can be set up\. Proton Mail has no servers/),
      expect.stringContaining('nobody.example'),
      expect.stringContaining('bt.example'),
    ])
  })

  it('may be set up all the same by the operator’s own provider file', async () => {
    const cwd = temporaryFolder()
    writeFileSync(
      join(cwd, 'bridge.yaml'),
      `id: bridge
name: Bridge
domains: [proton.me]
incoming:
  - { protocol: imap, host: bridge.example, port: 993, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
outgoing:
  - { protocol: smtp, host: bridge.example, port: 465, security: tls, authentication: password-cleartext, username: '%EMAILADDRESS%' }
`,
    )
    const { exitCode, stdout } = await runCli(['lookup', ADDRESS, '--providers', cwd])
    expect([exitCode, stdout.toString('utf8')]).toEqual([
      0,
      expect.stringContaining('bridge.example'),
    ])
  })
})

describe('an import', () => {
  it('leaves a domain out that a file refuses', async () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, 'no.yaml'),
      'id: no\nname: No\ndomains: [closed.example]\nrefuse: { reason: It has closed. }\n',
    )
    const source = join(temporaryFolder(), 'open.example.xml')
    const server = (tag: string, type: string, port: number) =>
      `<${tag} type="${type}"><hostname>mail.open.example</hostname><port>${port}</port><socketType>SSL</socketType>` +
      `<authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></${tag}>`
    writeFileSync(
      source,
      '<clientConfig version="1.1"><emailProvider id="open.example"><domain>open.example</domain>' +
        `<domain>closed.example</domain>${server('incomingServer', 'imap', 993)}` +
        `${server('outgoingServer', 'smtp', 465)}</emailProvider></clientConfig>`,
    )
    const { exitCode, stdout } = await runCli([
      'providers',
      'import',
      source,
      '--out',
      folder,
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout.toString('utf8'))).toMatchObject({ imported: 1, domains: 1 })
  })
})
