import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { some } from '../support/runs.js'
import { suite } from '../support/suite.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const FULL = '/dev/full'
const NO_SPACE = 'cannot be written: no space is left on the device.'

// What prints.
const LINES = [
  '--help',
  '--version',
  'serve --help',
  'lookup ann@btinternet.com',
  'lookup ann@btinternet.com --json',
  'export settings-sheet ann@btinternet.com',
  'export k9-settings ann@btinternet.com -o -',
  'export dns-records ann@btinternet.com',
  'formats',
  'formats --json',
  'qr ann@btinternet.com --for thunderbird-qr',
  'inspect account.k9s',
  'inspect account.k9s --json',
  'check --account account.json',
  'check --account account.json --json',
  'providers import xml --out made --force',
  'keys new helpdesk',
  'keys new helpdesk --json',
  'config check',
  'config check --json',
  'config dns btinternet.com --server 127.0.0.1:9',
  'invite ann@btinternet.com',
  'invite list',
]

const SERVER = { host: '127.0.0.1', port: 9, security: 'tls', authentication: 'none' }
const ACCOUNT = {
  identity: { address: 'ann@example.test' },
  incoming: { protocol: 'imap', ...SERVER },
  outgoing: { protocol: 'smtp', ...SERVER },
}
const XML = `<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="example.test"><domain>example.test</domain>
<incomingServer type="imap"><hostname>mail.example.test</hostname><port>993</port><socketType>SSL</socketType>
<authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></incomingServer>
<outgoingServer type="smtp"><hostname>mail.example.test</hostname><port>465</port><socketType>SSL</socketType>
<authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>
`

/** Runs the built program. */
function runBuilt(line: string, cwd: string, stdio: StdioOptions, shell = ':') {
  const argv = [BIN, ...line.split(' ')]
  const script = `${shell}; exec "$@"`
  const child = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, ...argv], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd },
    stdio,
  })
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  return {
    child,
    stderr: child.stderr === null ? Promise.resolve('') : text(child.stderr),
    ended,
  }
}

describe('standard output that takes nothing more', () => {
  const folder = suite((path) => {
    writeFileSync(join(path, 'account.json'), JSON.stringify(ACCOUNT))
    writeFileSync(join(path, 'xml'), XML)
    writeFileSync(
      join(path, 'mailprofile.yaml'),
      'baseUrl: https://setup.example.com\nstore: sqlite:invitations.db\n',
    )
    return path
  })

  async function withAccount(): Promise<string> {
    const cwd = folder()
    const argv = ['export', 'k9-settings', 'ann@btinternet.com', '-o', 'account.k9s']
    expect((await runCli(argv, { cwd })).exitCode).toBe(0)
    return cwd
  }

  it.skipIf(!existsSync(FULL)).each(some(LINES, 2))('is told: %s', async (line) => {
    const cwd = await withAccount()
    const full = openSync(FULL, 'w')
    const { stderr, ended } = runBuilt(line, cwd, ['ignore', full, 'pipe'])
    closeSync(full)
    const message = `Standard output ${NO_SPACE}`
    const asJson = { error: { code: 'file_error', message } }
    expect(await stderr).toBe(
      line.includes('--json') ? `${JSON.stringify(asJson, null, 2)}\n` : `file_error: ${message}\n`,
    )
    expect(await ended).toEqual([1, null])
  })

  it.skipIf(!existsSync(FULL))('is told of the file of -o as well', async () => {
    const line = `export k9-settings ann@btinternet.com -o ${FULL}`
    const { stderr, ended } = runBuilt(line, folder(), ['ignore', 'pipe', 'pipe'])
    expect(await stderr).toBe(
      `file_error: The file ${FULL} ${NO_SPACE}\nCheck the path, and who may use it.\n`,
    )
    expect(await ended).toEqual([1, null])
  })

  it('is told where only the end does not fit', async () => {
    const cwd = folder()
    const path = join(cwd, 'formats.txt')
    const file = openSync(path, 'w')
    const { stderr, ended } = runBuilt('formats', cwd, ['ignore', file, 'pipe'], 'ulimit -f 1')
    closeSync(file)
    expect(await stderr).toBe(
      'file_error: Standard output cannot be written: the file would be too large.\n',
    )
    expect(await ended).toEqual([1, null])
    expect(statSync(path).size).toBeGreaterThan(0)
  })

  it('is a file that has everything', async () => {
    const cwd = folder()
    const path = join(cwd, 'formats.json')
    const file = openSync(path, 'w')
    const { ended } = runBuilt('formats --json', cwd, ['ignore', file, 'ignore'])
    closeSync(file)
    expect(await ended).toEqual([0, null])
    const { stdout } = await runCli(['formats', '--json'])
    expect(readFileSync(path)).toEqual(stdout)
  })

  // The exit code is that of the work, which was done.
  it.each(some(LINES, 2))('ends quietly when its reader has seen enough: %s', async (line) => {
    const cwd = await withAccount()
    const { child, stderr, ended } = runBuilt(line, cwd, ['ignore', 'pipe', 'pipe'])
    child.stdout?.destroy()
    expect(await stderr).toBe('')
    const failing = /^(?:check|config dns)/.test(line)
    expect(await ended).toEqual([failing ? 1 : 0, null])
  })

  it('is told of a backup whose reader goes before its end', async () => {
    const cwd = folder()
    expect((await runCli(['invite', 'ann@btinternet.com'], { cwd })).exitCode).toBe(0)
    const { child, stderr, ended } = runBuilt('backup -', cwd, ['ignore', 'pipe', 'pipe'])
    child.stdout?.destroy()
    expect(await stderr).toBe(
      'file_error: Standard output cannot be written: whoever reads it has ended.\n',
    )
    expect(await ended).toEqual([1, null])
  })

  it.skipIf(!existsSync(FULL))('does not mind that nobody hears its errors', async () => {
    const full = openSync(FULL, 'w')
    const { ended } = runBuilt('lookup nobody', folder(), ['ignore', 'pipe', full])
    closeSync(full)
    expect(await ended).toEqual([1, null])
  })

  it
    .skipIf(!existsSync(FULL))
    .each([
      'batch people.csv --out out',
      'batch people.csv --out out --format settings-sheet',
      'export apple-profile ann@btinternet.com -o ann.mobileconfig',
    ])('does its work where nobody hears its warnings: %s', async (line) => {
    const cwd = folder()
    writeFileSync(join(cwd, 'people.csv'), 'address\nann@btinternet.com\n')
    const full = openSync(FULL, 'w')
    const { ended } = runBuilt(line, cwd, ['ignore', 'ignore', full])
    closeSync(full)
    expect(await ended).toEqual([0, null])
    expect(
      existsSync(join(cwd, line.includes('batch') ? 'out/results.csv' : 'ann.mobileconfig')),
    ).toBe(true)
  })

  it('says what a disk says of files that batch writes', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'people.csv'), 'address\nann@btinternet.com\nbob@btinternet.com\n')
    const line = 'batch people.csv --out out --zip --format settings-sheet --quiet'
    const { stderr, ended } = runBuilt(line, cwd, ['ignore', 'ignore', 'pipe'], 'ulimit -f 1')
    expect(await stderr).toMatch(
      /^file_error: A file cannot be written: the file would be too large\./,
    )
    expect(await ended).toEqual([1, null])
  })
})
