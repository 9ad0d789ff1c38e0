import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CAUSES } from '../../src/check/causes.js'
import type { CheckReport } from '../../src/check/report.js'
import { answering, fakeServer } from '../check/fake-server.js'
import { annJson } from '../support/accounts.js'
import { runCli } from '../support/cli.js'
import { mailServers, noMailServers } from '../support/mail-servers.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A folder with ann.json, whose servers are both on a port of localhost. */
function accountFolder(port: number): string {
  const cwd = temporaryFolder()
  const server = { host: 'localhost', port, security: 'starttls' }
  writeFileSync(
    join(cwd, 'ann.json'),
    JSON.stringify(annJson({ incoming: server, outgoing: server })),
  )
  return cwd
}

describe('check', () => {
  it('says what does not work, and ends with 1', async () => {
    const { port } = await fakeServer(answering('* OK \u001b[2Jhi \u0007\r\n', []))
    const cwd = accountFolder(port)
    const argv = ['check', '--account', 'ann.json', '--timeout', '1']
    const { exitCode, stdout, stderr } = await runCli(argv, { cwd })
    const text = stdout.toString()
    expect([exitCode, stderr]).toEqual([1, ''])
    expect(text).toMatch(/^Incoming: IMAP, localhost:\d+, starttls\n {2}ok {4}name {12}IPv4 /)
    expect(text).toContain(`  FAIL  greeting        wrong_protocol: it speaks IMAP\n`)
    expect(text).toContain(`                        ${CAUSES.wrong_protocol}\n`)
    expect(text).toContain('  -     log-in\n')
    expect(text).toContain('greeting        hi\n')
    expect(text.split('\n').slice(-2)).toEqual([expect.stringMatching(/^2 problems/), ''])
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })

  it('uses colours on a terminal, unless told not to', async () => {
    const { port } = await fakeServer((socket) => socket.end())
    const options = { cwd: accountFolder(port), terminal: true }
    const argv = ['check', '--account', 'ann.json']
    const { stdout } = await runCli(argv, options)
    expect(stdout.toString()).toContain('  \u001b[31mFAIL\u001b[0m  greeting ')
    const plain = await runCli(argv, { ...options, env: { NO_COLOR: '1' } })
    expect(plain.stdout.toString()).not.toContain('\u001b')
  })

  it('stops when it is told to', async () => {
    const { port } = await fakeServer(() => undefined)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 50)
    const argv = ['check', '--account', 'ann.json', '--json']
    const { exitCode, stdout } = await runCli(argv, {
      cwd: accountFolder(port),
      signal: stop.signal,
    })
    expect([exitCode, stdout.toString()]).toEqual([1, expect.stringContaining('"stopped"')])
  })

  it.each(['0', '-1', 'ten', '601', ''])('takes no timeout of "%s"', async (timeout) => {
    const argv = ['check', 'ann@btinternet.com', `--timeout=${timeout}`]
    expect(await runCli(argv)).toMatchObject({ exitCode: 2 })
  })

  it('wants an address or an account, and a password that is one', async () => {
    const { exitCode, stderr } = await runCli(['check'])
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^invalid_request: /)])
    const empty = await runCli(['check', 'ann@btinternet.com', '--password-stdin'], { stdin: '\n' })
    expect([empty.exitCode, empty.stderr]).toEqual([1, expect.stringMatching(/^invalid_account: /)])
  })

  it('explains every code in its page', () => {
    const page = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8')
    const missing = Object.keys(CAUSES).filter((code) => !page.includes(`\`${code}\``))
    expect(missing).toEqual([])
  })
})

describe.skipIf(noMailServers())('check of an address', () => {
  const servers = mailServers()

  /** A folder with the servers as a provider, whose root certificate is a private one. */
  const providerFolder = (): string => {
    const made = servers()
    const cwd = temporaryFolder()
    const { incoming, outgoing } = made.account('ann')
    const { incoming: pop3 } = made.account('ann', { protocol: 'pop3' })
    mkdirSync(join(cwd, 'providers'))
    writeFileSync(join(cwd, 'providers/ca.pem'), made.ca)
    writeFileSync(
      join(cwd, 'providers/test.yaml'),
      JSON.stringify({
        id: 'test',
        name: 'Test Mail',
        domains: ['example.test'],
        incoming: [incoming, pop3].map((server) => ({ ...server, username: '%EMAILADDRESS%' })),
        outgoing: [{ ...outgoing, username: '%EMAILADDRESS%' }],
        rootCertificate: 'ca.pem',
      }),
    )
    return cwd
  }
  const argv = ['check', 'ann@example.test', '--providers', 'providers', '--password-stdin']

  it.each(['imap', 'pop3'])('logs in with the password of standard input, %s', async (protocol) => {
    const { password } = servers().mailboxes.ann
    const { exitCode, stdout, stderr } = await runCli([...argv, '--protocol', protocol], {
      cwd: providerFolder(),
      stdin: `${password}\nmore`,
    })
    const text = stdout.toString()
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(text).toMatch(/^ {2}ok {4}log-in {10}PLAIN$/m)
    expect(text).toMatch(/\nAll works\.\n$/)
    expect(text).not.toContain(password)
  })

  it('is JSON for programs', async () => {
    const wrong = 'correct-horse-battery'
    const { exitCode, stdout } = await runCli([...argv, '--json'], {
      cwd: providerFolder(),
      stdin: wrong,
    })
    const report = JSON.parse(stdout.toString()) as CheckReport
    expect([exitCode, report.ok, report.address]).toEqual([1, false, 'ann@example.test'])
    expect(
      report.servers.map(({ role, protocol, steps }) => [role, protocol, steps.length]),
    ).toEqual([
      ['incoming', 'imap', 8],
      ['outgoing', 'smtp', 8],
    ])
    expect(report.servers[0]?.steps.find(({ step }) => step === 'login')).toEqual({
      step: 'login',
      status: 'failed',
      code: 'wrong_password',
      detail: 'Authentication failed.',
      cause: CAUSES.wrong_password,
    })
    expect(stdout.toString()).not.toContain(wrong)
  })

  it.each([
    ['imap', 'PLAIN'],
    ['pop3', 'PLAIN'],
  ])('says to programs which way worked, %s', async (protocol, method) => {
    const { stdout } = await runCli([...argv, '--json', '--protocol', protocol], {
      cwd: providerFolder(),
      stdin: servers().mailboxes.ann.password,
    })
    const report = JSON.parse(stdout.toString()) as CheckReport
    const [incoming, outgoing] = report.servers.map(({ steps }) => steps)
    const login = { step: 'login', status: 'ok', method, detail: method }
    expect(incoming).toContainEqual(login)
    expect(outgoing).toContainEqual(login)
    expect(outgoing?.find(({ step }) => step === 'capabilities')).toMatchObject({
      method: 'EHLO [127.0.0.1]',
    })
  })
})
