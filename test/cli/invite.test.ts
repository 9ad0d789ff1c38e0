import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { stateFolder } from '../../src/server/state-folder.js'
import { openConfiguredStore } from '../../src/server/configured-store.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { qrCode } from '../../src/qr/qr-code.js'
import { qrSvg } from '../../src/qr/svg.js'
import { qrTerminal } from '../../src/qr/terminal.js'
import { runCli } from '../support/cli.js'
import { ann, TERMS } from '../support/invitations.js'
import { openTestStore } from '../support/open-test-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
const ANN = 'ann@btinternet.com'

/** A folder with a configuration, and the command run in it. */
function place(more = '') {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), `baseUrl: https://setup.example.com/mail\n${more}`)
  const invite = async (
    argv: readonly string[],
    options: { stdin?: string; terminal?: true } = {},
  ) => {
    const { exitCode, stdout, stderr } = await runCli(['invite', ...argv], { cwd, ...options })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  const json = async (argv: readonly string[], stdin = '') => {
    const { stdout, stderr } = await invite([...argv, '--json'], { stdin })
    expect(stderr).toBe('')
    return JSON.parse(stdout) as Record<string, unknown>
  }
  return { cwd, invite, json }
}

describe('invite', () => {
  it('makes an invitation that another process opens, and prints what the API answers', async () => {
    const { cwd } = place()
    const argv = [ANN, '--name', 'Ann', '--protocol', 'pop3', '--username', 'u', '--expires', '24']
    argv.push('--language', 'de')
    const terms = ['--window', '5', '--downloads', '2', '--reference', 't 1', '--json']
    const printed = execFileSync(
      process.execPath,
      [BIN, 'invite', ...argv, ...terms, '--password-stdin'],
      { cwd, env: { PATH: process.env['PATH'], HOME: cwd }, input: 's3cret\nmore' },
    )
    const made = JSON.parse(printed.toString()) as Record<string, unknown>
    const url = String(made['url'])
    expect(made).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/) as string,
      url: expect.stringMatching(/^https:\/\/setup\.example\.com\/mail\/i\/[\w-]{22}$/) as string,
      qr: `${url}/qr.svg`,
      expiresAt: expect.stringMatching(/Z$/) as string,
      state: 'pending',
    })
    const file = join(cwd, 'data/mailprofile.db')
    const modes = [file, join(cwd, 'data')].map((path) => statSync(path).mode & 0o777)
    expect(modes).toEqual([0o600, 0o700])
    const store = await openTestStore(`sqlite:${file}`)
    const held = await new Invitations({ store }).open(url.slice(-22))
    await store.close()
    expect(held?.record).toMatchObject({ maker: 'cli', downloads: 2, reference: 't 1' })
    expect(held?.person).toMatchObject({
      address: ANN,
      name: 'Ann',
      protocol: 'pop3',
      username: 'u',
      language: 'de',
    })
    expect(held?.person?.password?.reveal()).toBe('s3cret')
  })

  it('tells people what they need, and keeps the rest to itself', async () => {
    const { cwd, invite } = place('store: sqlite:kept/here.db\n')
    const argv = [ANN, '--code', '--password-stdin', '-o', 'ann.svg']
    const { exitCode, stdout, stderr } = await invite(argv, { stdin: 's3cret' })
    const [, link = ''] = /^Link {2,}(\S+)$/m.exec(stdout) ?? []
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Code {2,}\d{6}$/m)
    expect(stdout).toMatch(/^Expires {2,}\d{4}-\d\d-\d\d \d\d:\d\d UTC$/m)
    expect(stdout).toContain('another way than the link')
    expect(`${stdout}${stderr}`).not.toMatch(/s3cret/)
    expect(readFileSync(join(cwd, 'ann.svg'), 'utf8')).toBe(qrSvg(qrCode(link)))
    expect(existsSync(join(cwd, 'kept/here.db'))).toBe(true)
  })

  it('shows the QR code on a terminal, and only there', async () => {
    const { invite } = place()
    const shown = (await invite([ANN], { terminal: true })).stdout
    const [, link = ''] = /^Link {2,}(\S+)$/m.exec(shown) ?? []
    expect(shown.startsWith(qrTerminal(link))).toBe(true)
    expect((await invite([ANN])).stdout).toMatch(/^Link /)
  })

  it('lists, shows, unlocks and revokes', async () => {
    const { invite, json } = place()
    expect((await invite(['list'])).stdout).toBe('There are none.\n')
    const make = async (reference: string) =>
      String((await json([ANN, '--code', '--reference', reference]))['id'])
    const [first, second] = [await make('one'), await make('two')]
    const listed = (await json(['list']))['invitations'] as { id: string }[]
    expect(listed.map(({ id }) => id).sort()).toEqual([first, second].sort())
    const two = await json(['list', '--reference', 'two'])
    expect(two['invitations']).toMatchObject([{ id: second }])
    expect((await json(['unlock', first]))['code']).toEqual({ triesLeft: 5 })
    const revoked = await json(['revoke', first])
    expect(revoked).toMatchObject({ id: first, state: 'revoked', maker: 'cli' })
    expect(await json(['show', first])).toEqual(revoked)
    const text = (await invite(['list', '--state', 'pending'])).stdout
    expect(text).toMatch(/^[\w-]{22} {2}pending .*, by cli: two\n$/)
    expect(text.startsWith(second)).toBe(true)
    const shown = (await invite(['show', second])).stdout
    expect(shown).toMatch(/^Code {2,}not typed yet, 5 tries left$/m)
  })

  it('lists no more than so many, over several pages of the store', async () => {
    const { cwd, invite, json } = place('store: sqlite:kept.db\n')
    const store = await openTestStore(`sqlite:${join(cwd, 'kept.db')}`)
    const invitations = new Invitations({ store })
    for (let i = 0; i < 103; i++) await invitations.make(ann(), TERMS)
    await store.close()
    const ids = async (...argv: readonly string[]) => {
      const { invitations: listed } = await json(['list', ...argv])
      return (listed as { id: string }[]).map(({ id }) => id)
    }
    const all = await ids()
    expect(new Set(all).size).toBe(103)
    for (const limit of [1, 3, 100, 102, 103, 104]) {
      expect(await ids('--limit', String(limit))).toEqual(all.slice(0, limit))
    }
    const text = (await invite(['list', '--limit', '2'])).stdout
    expect(text.match(/^[\w-]{22} /gm)?.map((id) => id.trim())).toEqual(all.slice(0, 2))
  })

  it('keeps those of all tenants, and says whose each is', async () => {
    const { cwd, invite, json } = place('store: sqlite:kept.db\n')
    const tenant = 'setup.school.example'
    const store = await openTestStore(`sqlite:${join(cwd, 'kept.db')}`)
    const invitations = new Invitations({ store })
    const terms = { ...TERMS, reference: 't 1' }
    const { id: top } = await invitations.make(ann(), terms)
    const { id: own } = await invitations.forTenant(tenant).make(ann(), { ...terms, code: true })
    await store.close()
    const { invitations: listed } = await json(['list', '--reference', 't 1'])
    const shown = new Map((listed as { id: string; tenant?: string }[]).map((one) => [one.id, one]))
    expect(shown.get(own)).toMatchObject({ tenant, maker: 'helpdesk' })
    expect(shown.get(top)).not.toHaveProperty('tenant')
    expect(shown.size).toBe(2)
    const lines = (await invite(['list'])).stdout.split('\n')
    const lineOf = (id: string) => lines.find((line) => line.startsWith(id))
    expect(lineOf(own)).toMatch(/, by helpdesk of setup\.school\.example: t 1$/)
    expect(lineOf(top)).toMatch(/, by helpdesk: t 1$/)
    expect((await invite(['show', own])).stdout).toMatch(/^Tenant {2,}setup\.school\.example$/m)
    expect((await invite(['show', top])).stdout).not.toContain('Tenant')
    expect(await json(['unlock', own])).toMatchObject({ tenant, code: { triesLeft: 5 } })
    const revoked = await json(['revoke', own])
    expect(revoked).toMatchObject({ id: own, state: 'revoked', tenant })
    expect(await json(['show', own])).toEqual(revoked)
  })

  it('knows nothing of ids of nobody, also where they begin with a dash', async () => {
    const { invite } = place()
    for (const id of ['A'.repeat(22), `-h${'A'.repeat(20)}`, 'nope']) {
      const { exitCode, stdout, stderr } = await invite(['show', id])
      expect([exitCode, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/^not_found: /)
    }
  })
})

describe('invite refuses', () => {
  const address = 'https://setup.example.com'
  it.each<[string, string[], string, (RegExp | undefined)?, number?]>([
    ['no address', [], 'usage_error', undefined, 2],
    ['an unknown domain', ['ann@nowhere.example'], 'unknown_domain'],
    [
      'a protocol that is not offered',
      ['a@icloud.com', '--protocol', 'pop3'],
      'unsupported_protocol',
    ],
    ['721 hours', [ANN, '--expires', '721'], 'invalid_request', /from 1 to 720/, 2],
    ['no hours', [ANN, '--expires', ''], 'invalid_request', /from 1 to 720/, 2],
    ['a reference with @', [ANN, '--reference', 'a@b'], 'invalid_request', /without @/],
    ['a file of another kind', [ANN, '-o', 'ann.gif'], 'invalid_request', /\.svg or \.png/, 2],
    ['an empty password', [ANN, '--password-stdin'], 'invalid_account', /password/],
    ['a state that is none', ['list', '--state', 'gone'], 'invalid_request', /state/, 2],
    ['a store that ends with it', [ANN], 'invalid_configuration', /memory/],
  ])('%s', async (_name, argv, code, message, status = 1) => {
    const cwd = temporaryFolder()
    const { exitCode, stdout, stderr } = await runCli(['invite', ...argv], {
      cwd,
      stdin: '\n',
      env: { MAILPROFILE_BASE_URL: address, MAILPROFILE_STORE: 'memory:', HOME: cwd },
    })
    expect([exitCode, stdout.length]).toEqual([status, 0])
    expect(stderr).toMatch(new RegExp(`^${code}: `))
    if (message !== undefined) expect(stderr).toMatch(message)
  })

  it('to make a link for whom no tenant is, and names the domain instead of a key to set', async () => {
    const cwd = temporaryFolder()
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'tenants: [{ baseUrl: https://a.example, domains: [posteo.de] }]\n',
    )
    for (const command of ['invite', 'qr']) {
      const { exitCode, stderr } = await runCli([command, ANN], { cwd })
      expect(exitCode).toBe(1)
      expect(stderr).toContain('unknown_domain: No tenant has btinternet.com.')
    }
  })

  it('to make a link that leads nowhere', async () => {
    const cwd = temporaryFolder()
    const { stderr } = await runCli(['invite', ANN], { cwd, env: { HOME: cwd } })
    expect(stderr).toMatch(/^base_url_required: /)
    expect(existsSync(join(cwd, '.local'))).toBe(false)
  })
})

describe('the store', () => {
  it.each([
    [
      'beside the configuration',
      { file: '/etc/mailprofile/mailprofile.yaml' },
      {},
      '/etc/mailprofile/data',
    ],
    ['in the state folder', {}, { XDG_STATE_HOME: '/var/state' }, '/var/state/mailprofile'],
    ['in the home', {}, { HOME: '/home/ann' }, '/home/ann/.local/state/mailprofile'],
  ])('is %s', async (_name, config, env, folder) => {
    expect(await stateFolder('data', config, { cwd: '/', env })).toBe(folder)
  })

  it('is in a checkout', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'package.json'), '{ "name": "mailprofile" }')
    expect(await stateFolder('data', {}, { cwd, env: {} })).toBe(join(cwd, 'data'))
  })

  it('is in memory where nothing can be written, with a warning', async () => {
    const cwd = temporaryFolder()
    // A file where the folder should be: root may write everywhere else.
    writeFileSync(join(cwd, 'state'), '')
    const io = { cwd, env: { XDG_STATE_HOME: join(cwd, 'state') }, openStore: openTestStore }
    const { isMemory, warnings, store } = await openConfiguredStore({}, io)
    await store.close()
    expect([isMemory, warnings.length]).toEqual([true, 1])
    expect(warnings[0]).toContain(join(cwd, 'state'))
  })
})
