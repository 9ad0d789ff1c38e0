import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAccount } from '../../src/account/account.js'
import { formats } from '../../src/formats/index.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PASSWORD = 'a+b%c&d;e#f"g 🙂'

// It has a calendar and contacts, so that every format can carry something of it.
const ACCOUNT = {
  identity: { address: `${'x'.repeat(64)}@example.com`, name: 'Ann “&” <Example> 🙂' },
  incoming: {
    protocol: 'imap',
    host: '2001:db8::25',
    port: 993,
    security: 'tls',
    authentication: 'password-cleartext',
    username: 'DOMAIN\\ann@example.com',
  },
  outgoing: {
    protocol: 'smtp',
    host: 'smtp.example.com',
    port: 587,
    security: 'starttls',
    authentication: 'password-cleartext',
    username: 'DOMAIN\\ann@example.com',
  },
  calendar: { url: 'https://dav.example.com/' },
  contacts: { url: 'https://dav.example.com/' },
}

// What is told about a whole domain has servers with names, and the address as user name.
const PLAIN = {
  ...ACCOUNT,
  incoming: { ...ACCOUNT.incoming, host: 'imap.example.com', username: ACCOUNT.identity.address },
  outgoing: {
    ...ACCOUNT.outgoing,
    port: 465,
    security: 'tls',
    username: ACCOUNT.identity.address,
  },
}

function home(account: object = ACCOUNT) {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'account.json'), JSON.stringify(account))
  return {
    cwd,
    env: { XDG_STATE_HOME: join(cwd, 'state'), MAILPROFILE_BASE_URL: 'https://setup.example.com' },
  }
}

describe.each(formats.map((format) => [format.id, format] as const))('%s', (id, format) => {
  const takesPassword = format.carries.includes('passwords')
  const withPassword = { incoming: { ...ACCOUNT.incoming, password: PASSWORD } }
  const { supported } = format.support(parseAccount({ ...ACCOUNT, ...withPassword }))
  // Into what needs a sign-in, people of these sign in.
  const signIn = { 'apple-exchange': 'microsoft', 'apple-google': 'google' }[id]
  const account = { ...(supported ? ACCOUNT : PLAIN), ...(signIn === undefined ? {} : { signIn }) }

  it('is exported and read back by inspect, which finds out what it is', async () => {
    const place = home(account)
    const argv = ['export', id, '--account', 'account.json', '-o', 'out']
    const made = await runCli(takesPassword ? [...argv, '--password-stdin'] : argv, {
      ...place,
      stdin: `${PASSWORD}\n`,
    })
    expect([made.exitCode, made.stderr]).toEqual([0, expect.stringContaining('Wrote out')])
    const read = await runCli(['inspect', 'out', '--json'], place)
    expect(read.exitCode).toBe(0)
    const report = JSON.parse(read.stdout.toString()) as { format: string; accepted: boolean }
    // Profiles are all of one kind to whoever reads them.
    const kind = signIn === undefined ? id : 'apple-profile'
    expect(report).toMatchObject({ format: kind, accepted: true })
    const shown = (await runCli(['inspect', 'out'], place)).stdout.toString()
    expect(shown).not.toContain(PASSWORD)
    expect(
      shown.includes('It holds a password') || shown.includes('profile holds a password'),
    ).toBe(takesPassword)
    if (format.carries.includes('imap')) expect(shown).toContain(account.incoming.host)
    expect(shown).toMatch(/example\.com/)
  })

  it('is refused by its own reader when it is something else', async () => {
    const place = home()
    writeFileSync(join(place.cwd, 'other'), 'hello')
    const { exitCode, stderr } = await runCli(['inspect', 'other', '--as', id], place)
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^invalid_profile: /)])
  })

  it('goes to a terminal as text if it is no file', async () => {
    const place = { ...home(), terminal: true, stdin: `${PASSWORD}\n` }
    const argv = ['export', id, '--account', 'account.json']
    const { stdout } = await runCli(takesPassword ? [...argv, '--password-stdin'] : argv, place)
    expect(stdout.length > 0).toBe(format.kind !== 'file')
    if (format.kind !== 'file') expect(stdout.toString()).toMatch(/[^\n]\n$/)
  })
})

it('says what is missing for a link that needs a password', async () => {
  const argv = ['export', 'deltachat-link', '--account', 'account.json']
  const { exitCode, stderr } = await runCli(argv, home())
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/^unsupported_account: .*password.\n.*--password-stdin/),
  ])
})

it('names the value that a format cannot carry', async () => {
  const place = home()
  const account = { ...ACCOUNT, outgoing: { ...ACCOUNT.outgoing, authentication: 'ntlm' } }
  writeFileSync(join(place.cwd, 'account.json'), JSON.stringify(account))
  const { stderr } = await runCli(['export', 'thunderbird-qr', '--account', 'account.json'], place)
  expect(stderr).toMatch(/^unsupported_account: Thunderbird .+\. \(outgoing\.authentication\)\n/)
})
