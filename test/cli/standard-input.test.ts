import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { annJson } from '../support/accounts.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const ANN = 'ann@btinternet.com'

const XML =
  '<clientConfig version="1.1"><emailProvider id="x"><domain>Example.ORG</domain><domain>b.example</domain>' +
  '<incomingServer type="imap"><hostname>imap.example.org</hostname><port>993</port><socketType>SSL</socketType>' +
  '<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>' +
  '<outgoingServer type="smtp"><hostname>smtp.example.org</hostname><port>465</port><socketType>SSL</socketType>' +
  '<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></outgoingServer>' +
  '</emailProvider></clientConfig>'

describe('- is standard input', () => {
  it('of inspect, byte for byte', () => {
    const cwd = temporaryFolder()
    const run = (argv: readonly string[], input?: Uint8Array) =>
      execFileSync(process.execPath, [BIN, ...argv], {
        cwd,
        input: input ?? '',
        env: { PATH: process.env['PATH'], HOME: cwd },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
    const profile = run(['export', 'apple-profile', ANN, '-o', '-'])
    const report = JSON.parse(run(['inspect', '-', '--json'], profile).toString()) as object
    expect(report).toMatchObject({ format: 'apple-profile', signature: { valid: true } })
  })

  it('of --account', async () => {
    const stdin = JSON.stringify(annJson({ accountName: 'Over there' }))
    const argv = ['export', 'settings-sheet', '--account', '-', '-o', '-']
    const { exitCode, stdout } = await runCli(argv, { stdin, cwd: temporaryFolder() })
    expect([exitCode, stdout.toString()]).toEqual([0, expect.stringContaining('Over there')])
  })

  it('of check --account', async () => {
    const stdin = JSON.stringify(annJson({ incoming: { username: '' } }))
    const { exitCode, stderr } = await runCli(['check', '--account', '-'], { stdin })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^invalid_account: .*username/)])
  })

  it('of providers import, whose first domain names the file', async () => {
    const cwd = temporaryFolder()
    const argv = ['providers', 'import', '-', '--out', 'made']
    const { exitCode, stdout } = await runCli(argv, { cwd, stdin: XML })
    expect([exitCode, stdout.toString()]).toEqual([
      0,
      expect.stringMatching(/^standard input: example-org\.yaml with 2 domains\n/),
    ])
    const named = await runCli([...argv, '--domain', 'c.example'], { cwd, stdin: XML })
    expect(named.exitCode).toBe(0)
    expect(readdirSync(join(cwd, 'made')).sort()).toEqual(['c-example.yaml', 'example-org.yaml'])
    const found = await runCli(['lookup', 'ann@b.example', '--providers', 'made'], { cwd })
    expect([found.exitCode, found.stdout.toString()]).toEqual([
      0,
      expect.stringContaining('imap.example.org'),
    ])
  })

  it.each([
    ['nothing', ''],
    ['no XML', 'imap.example.org'],
    ['what is too large', `<clientConfig>${' '.repeat(70_000)}</clientConfig>`],
  ])('of providers import, and %s is refused', async (_name, stdin) => {
    const cwd = temporaryFolder()
    const argv = ['providers', 'import', '-', '--out', 'made', '--json']
    const { exitCode, stdout } = await runCli(argv, { cwd, stdin })
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout.toString())).toMatchObject({
      failed: 1,
      files: [{ file: 'standard input', error: { code: 'invalid_autoconfig' } }],
    })
    expect(readdirSync(join(cwd, 'made'))).toEqual([])
  })

  it('of --config, whose paths begin in the working folder', async () => {
    const cwd = temporaryFolder()
    // What standard input says counts, not the file that is there.
    writeFileSync(join(cwd, 'mailprofile.yaml'), 'nonsense: true\n')
    writeFileSync(join(cwd, 'served.txt'), 'btinternet.com\n')
    const stdin = 'baseUrl: https://a.example\nserve: { domainsFile: served.txt }\n'
    const check = ['config', 'check', '--config', '-']
    const { exitCode, stdout } = await runCli(check, { cwd, stdin, env: { HOME: cwd } })
    expect([exitCode, stdout.toString()]).toEqual([
      0,
      expect.stringContaining('domains that are served: 1'),
    ])
    expect(stdout.toString()).toMatch(/^ok +file +standard input\n/)
    const wrong = await runCli(['lookup', ANN, '--config', '-'], { cwd, stdin: 'nonsense: true' })
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/^invalid_configuration: standard input:1:1: /),
    ])
  })

  it.each([
    ['inspect', '-'],
    ['export', 'settings-sheet', '--account', '-'],
  ])('that never ends is not read for ever: %s', async (...argv) => {
    const stdin = Buffer.alloc(33 * 2 ** 20, ' ')
    const { exitCode, stderr } = await runCli(argv, { stdin })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^too_large: .* 32 MB\.\n/)])
  })

  it('and standard output of -o', async () => {
    const cwd = temporaryFolder()
    const { stdout } = await runCli(['qr', '--text', 'x', '-o', '-'], { cwd })
    expect(stdout.toString()).toMatch(/^█+\n/)
    await runCli(['export', 'settings-sheet', ANN, '-o', './-'], { cwd })
    expect(readFileSync(join(cwd, '-'), 'utf8')).toMatch(/^Mail settings/)
  })
})
