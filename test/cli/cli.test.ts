import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formats } from '../../src/formats/index.js'
import { shippedLanguages, textsFor } from '../../src/texts/texts.js'
import { runCli } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ACCOUNT = {
  identity: { address: 'ann@example.com', name: 'Ann <&> "Ex" ]]> 🙂' },
  incoming: {
    protocol: 'imap',
    host: 'imap.example.com',
    port: 143,
    security: 'starttls',
    authentication: 'password-cleartext',
    username: 'ann',
  },
  outgoing: {
    protocol: 'smtp',
    host: 'smtp.example.com',
    port: 587,
    security: 'starttls',
    authentication: 'password-cleartext',
    username: 'ann',
  },
}

// A folder of its own for the development identity.
function home() {
  const cwd = temporaryFolder()
  return { cwd, env: { XDG_STATE_HOME: join(cwd, 'state') } }
}

describe('lookup', () => {
  it('asks for an app password where the provider wants one, as the page does', async () => {
    const { stdout } = await runCli(['lookup', 'ann@gmail.com'], home())
    expect(stdout.toString()).toContain('  Password        your app password\n')
    expect(stdout.toString()).not.toContain('your mail password')
  })

  it('shows every value and where it comes from', async () => {
    const { exitCode, stdout } = await runCli(['lookup', 'ann@btinternet.com'], home())
    expect(exitCode).toBe(0)
    for (const value of ['mail.btinternet.com', '993', '465', 'ann@btinternet.com', 'bt.yaml']) {
      expect(stdout.toString()).toContain(value)
    }
  })

  it('prints JSON with the account as parseAccount takes it', async () => {
    const argv = ['lookup', ' Ann@BTinternet.com ', '--json', '--protocol', 'pop3', '--name', 'Ann']
    const { stdout } = await runCli(argv, home())
    const json = JSON.parse(stdout.toString()) as { account: Record<string, unknown> }
    expect(json.account).toMatchObject({
      identity: { address: 'Ann@btinternet.com', name: 'Ann' },
      incoming: { protocol: 'pop3', port: 995 },
    })
  })
})

describe('errors', () => {
  it.each([
    ['a malformed address', ['lookup', 'ann'], 1, 'invalid_address'],
    ['an unknown domain', ['lookup', 'ann@nowhere.example'], 1, 'unknown_domain'],
    [
      'a protocol that is not offered',
      ['lookup', 'a@icloud.com', '--protocol', 'pop3'],
      1,
      'unsupported_protocol',
    ],
    ['OAuth only', ['export', 'apple-profile', 'a@outlook.com', '--unsigned'], 1, 'oauth_only'],
    ['an unknown format', ['export', 'nope', 'a@btinternet.com'], 2, 'unknown_format'],
    ['neither address nor account', ['export', 'apple-profile'], 2, 'invalid_request'],
    [
      'an account file that is missing',
      ['export', 'apple-profile', '--account', 'no.json'],
      1,
      'file_error',
    ],
    ['a code of a page without a server', ['qr', 'a@btinternet.com'], 1, 'base_url_required'],
    [
      'a code of a file',
      ['qr', 'a@btinternet.com', '--for', 'apple-profile'],
      2,
      'invalid_request',
    ],
    ['a file that is missing', ['inspect', 'no.mobileconfig'], 1, 'file_error'],
    [
      'a configuration that is missing',
      ['lookup', 'a@btinternet.com', '--config', 'no.yaml'],
      1,
      'invalid_configuration',
    ],
    [
      'a folder of providers that is missing',
      ['lookup', 'a@btinternet.com', '--providers', 'no'],
      1,
      'invalid_configuration',
    ],
    [
      'a host that needs baseUrl',
      ['serve', '--host', '0.0.0.0', '--port', '0'],
      1,
      'base_url_required',
    ],
    ['--lan without a network', ['serve', '--lan', '--port', '0'], 1, 'invalid_request'],
    ['an unknown option', ['lookup', 'a@b.c', '--nope'], 2, 'usage_error'],
    ['an unknown command', ['nope'], 2, 'usage_error'],
    ['a missing argument', ['lookup'], 2, 'usage_error'],
    ['a protocol that is none', ['lookup', 'a@b.c', '--protocol', 'x'], 2, 'usage_error'],
  ])('%s', async (_name, argv, exitCode, code) => {
    const result = await runCli(argv, home())
    expect(result.stderr).toMatch(new RegExp(`^${code}: .+`))
    expect(result.exitCode).toBe(exitCode)
    expect(result.stdout.length).toBe(0)
  })
})

describe('lookup of an operator’s own provider into which people sign in', () => {
  it('says so where the file has no words for it', async () => {
    const place = home()
    const server = 'security: tls, authentication: oauth2, username: "%EMAILADDRESS%"'
    writeFileSync(
      join(place.cwd, 'customer.yaml'),
      `id: customer
name: Customer Ltd
domains: [customer.example]
signIn: microsoft
incoming: [{ protocol: imap, host: outlook.office365.com, port: 993, ${server} }]
outgoing: [{ protocol: smtp, host: smtp.office365.com, port: 465, ${server} }]
`,
    )
    const argv = ['lookup', 'ann@customer.example', '--providers', '.']
    const { stdout } = await runCli(argv, place)
    expect(stdout.toString()).toContain(
      '\nCustomer Ltd lets mail apps in only after you sign in on its own page (OAuth). ',
    )
  })
})

describe('export and inspect', () => {
  it('name the format that leads people to a sign-in, where one needs a password', async () => {
    const argv = ['export', 'apple-profile', 'ann@hotmail.fr', '--unsigned']
    expect((await runCli(argv, home())).stderr).toContain('The format apple-exchange is for it')
    const made = await runCli(['export', 'apple-exchange', ...argv.slice(2)], home())
    expect(made.stdout.toString()).toContain('com.apple.eas.account')
  })

  it('name none that the operator has switched off', async () => {
    const place = home()
    writeFileSync(join(place.cwd, 'mailprofile.yaml'), 'signIn: { profiles: false }\n')
    const argv = ['export', 'apple-profile', 'ann@hotmail.fr', '--unsigned']
    const { stderr } = await runCli(argv, place)
    expect(stderr).toMatch(/^oauth_only: /)
    expect(stderr).not.toContain('apple-exchange')
  })

  it('write a signed profile and read it back', async () => {
    const place = home()
    const argv = ['export', 'apple-profile', 'ann@btinternet.com', '-o', 'ann.mobileconfig']
    const made = await runCli(argv, place)
    expect(made.exitCode).toBe(0)
    expect(made.stderr).toContain('Not Verified')
    expect(statSync(join(place.cwd, 'ann.mobileconfig')).mode & 0o777).toBe(0o600)
    const read = await runCli(['inspect', 'ann.mobileconfig'], place)
    expect(read.exitCode).toBe(0)
    expect(read.stdout.toString()).toContain('mail.btinternet.com')
    const json = await runCli(['inspect', 'ann.mobileconfig', '--json'], place)
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      format: 'apple-profile',
      accepted: true,
      signature: { valid: true },
    })
  })

  it('give raw bytes to a pipe and to -o -, and a new file on a terminal', async () => {
    const place = home()
    const argv = ['export', 'settings-sheet', 'ann@btinternet.com']
    const piped = await runCli(argv, place)
    expect(piped.stdout.toString()).toMatch(/^Mail settings: BT Mail\n/)
    expect((await runCli([...argv, '-o', '-'], { ...place, terminal: true })).stdout).toEqual(
      piped.stdout,
    )
    const shown = await runCli(argv, { ...place, terminal: true })
    expect(shown.stdout.length).toBe(0)
    expect(readFileSync(join(place.cwd, 'ann-btinternet.com.txt'))).toEqual(piped.stdout)
    const again = await runCli(argv, { ...place, terminal: true })
    expect(again.stderr).toMatch(/^invalid_request: /)
  })

  it('write and read what people read in their language', async () => {
    for (const { tag } of shippedLanguages()) {
      const place = home()
      const argv = ['export', 'settings-sheet', 'ann@btinternet.com', '-o', '-', '--language', tag]
      const { stdout } = await runCli(argv, place)
      const [title = '', , you = ''] = stdout.toString().split('\n')
      expect(title).toBe(textsFor(tag).bare('sheet.title', { account: 'BT Mail' }))
      expect(you).toBe(textsFor(tag).bare('settings.you'))
      writeFileSync(join(place.cwd, 'sheet.txt'), stdout)
      const inspected = await runCli(['inspect', 'sheet.txt'], place)
      expect([inspected.exitCode, inspected.stdout.toString()]).toEqual([
        0,
        expect.stringContaining(you),
      ])
    }
  })

  it('take an account as JSON, and a password from standard input that is never shown', async () => {
    const place = home()
    writeFileSync(join(place.cwd, 'account.json'), JSON.stringify(ACCOUNT))
    const argv = [
      'export',
      'apple-profile',
      '--account',
      'account.json',
      '--unsigned',
      '--password-stdin',
    ]
    const made = await runCli([...argv, '-o', 'p.mobileconfig'], {
      ...place,
      stdin: 's3cret & <\nmore',
    })
    expect(made.exitCode).toBe(0)
    const xml = readFileSync(join(place.cwd, 'p.mobileconfig'), 'utf8')
    expect(xml).toContain('s3cret &amp; &lt;</string>')
    const read = await runCli(['inspect', 'p.mobileconfig'], place)
    expect(read.stdout.toString()).toContain('Ann <&> "Ex" ]]> 🙂')
    expect(read.stdout.toString()).not.toContain('s3cret')
    expect(read.stdout.toString()).toContain('Warning')
  })

  it.each([
    ['a changed byte', (file: Buffer) => file.fill('X', 900, 901), 1],
    ['the second half missing', (file: Buffer) => file.subarray(0, file.length / 2), 1],
    ['nothing changed', (file: Buffer) => file, 0],
  ])('with %s', async (_name, change, exitCode) => {
    const place = home()
    await runCli(['export', 'apple-profile', 'ann@btinternet.com', '-o', 'a'], place)
    writeFileSync(join(place.cwd, 'a'), change(readFileSync(join(place.cwd, 'a'))))
    expect((await runCli(['inspect', 'a'], place)).exitCode).toBe(exitCode)
  })

  it('refuse a password for a format that carries none', async () => {
    const argv = ['export', 'settings-sheet', 'ann@btinternet.com', '--password-stdin']
    const { exitCode, stderr } = await runCli(argv, { ...home(), stdin: 'x\n' })
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^invalid_request: /)])
  })
})

describe('formats', () => {
  it('lists every format with what it carries', async () => {
    const { stdout } = await runCli(['formats', '--json'])
    const list = JSON.parse(stdout.toString()) as { id: string; carries: string[] }[]
    expect(list.map(({ id }) => id)).toEqual(formats.map(({ id }) => id))
    const text = (await runCli(['formats'])).stdout.toString()
    for (const { id, carries, readers } of formats) {
      expect(text).toContain(id)
      expect(text).toContain(carries.join(', '))
      expect(text).toContain(readers)
    }
  })
})

describe('help', () => {
  it.each(['serve', 'lookup', 'export', 'formats', 'qr', 'inspect'])('of %s', async (command) => {
    const { exitCode, stdout } = await runCli([command, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout.toString()).toMatch(new RegExp(`^Usage: mailprofile ${command} `))
  })

  it('of the whole says what to begin with, which is there', async () => {
    const { stdout } = await runCli(['--help'])
    const [, steps = ''] = stdout.toString().split('\nTo begin:\n')
    const named = [...steps.matchAll(/^ {2}mailprofile ([a-z]+)(?: (--[a-z]+))?/gm)]
    expect(named.map(([, command]) => command)).toEqual(['serve', 'init', 'help'])
    for (const [, command = '', option = ''] of named.filter(([, name]) => name !== 'help')) {
      const help = await runCli(['help', command])
      expect(help.stdout.toString()).toMatch(new RegExp(`^Usage: mailprofile ${command} `))
      expect(help.stdout.toString()).toContain(option)
    }
  })
})
