import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'
import { readCsv } from '../support/read-csv.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const PEOPLE = `address,name,username,language,department,deliver to,password
ann@btinternet.com,Ann,u1,de,Sales,ann@private.example,secret of ann
bob@btinternet.com,Bob,,,IT,,
no address,Nobody,,,Sales,,
ANN@btinternet.com,Again,,,Sales,,
`

/** A folder with a directory, and the command run in it. */
function place(files: Readonly<Record<string, string>> = {}) {
  const cwd = temporaryFolder()
  const all = {
    'people.csv': PEOPLE,
    'mailprofile.yaml': 'baseUrl: https://setup.example.com\ndirectory: { csv: people.csv }\n',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(cwd, name), text)
  const batch = async (
    argv: readonly string[],
    options: { readonly signal?: AbortSignal } = {},
  ) => {
    const own = ['batch', '--out', 'out', '--format', 'settings-sheet', ...argv]
    const { exitCode, stdout, stderr } = await runCli(own, { cwd, ...options })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  return { cwd, out: join(cwd, 'out'), batch }
}

const kept = () => readdirSync(tmpdir()).filter((name) => /^mailprofile-[0-9a-f-]{36}$/.test(name))

describe('batch with people of a directory', () => {
  it('makes files for each as the directory has them, and rejects who is nobody', async () => {
    const { out, batch } = place()
    const { exitCode, stdout, stderr } = await batch(['--directory', '*'])
    expect(stdout).toMatch(/^2 files, of 4 lines\.\n2 lines rejected/)
    expect(stderr).toContain(
      'Columns: address, name, username, language, deliverTo is “deliver to”. Others: “department”.',
    )
    expect(exitCode).toBe(1)
    expect(readCsv(join(out, 'results.csv'))).toMatchObject([
      { line: '1', address: 'ann@btinternet.com' },
      { line: '2', address: 'bob@btinternet.com' },
    ])
    expect(readCsv(join(out, 'rejected.csv'))).toMatchObject([
      { line: '3', reason: 'Its mail address is none.' },
      { line: '4', reason: 'The same mailbox stands in line 1.' },
    ])
    const sheet = readFileSync(join(out, 'ann@btinternet.com.txt'), 'utf8')
    expect(sheet).toContain('u1')
    expect(sheet).toMatch(/Benutzername/)
    expect(sheet).not.toContain('secret of ann')
    // A repeated run does nothing.
    expect((await batch(['--directory', '*'])).stdout).toMatch(/^nothing to make, of 4 lines/)
    expect(kept()).toEqual([])
  })

  it('takes those whom the filter means, and says what it would do', async () => {
    const { out, batch } = place()
    const { exitCode, stdout } = await batch([
      '--directory',
      'department=it',
      '--dry-run',
      '--json',
    ])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ rows: 1, files: 1, rejected: 0 })
    expect(existsSync(out)).toBe(false)
  })

  it('gives each machine its part', async () => {
    const rows = Array.from({ length: 103 }, (_, i) => `p${i}@btinternet.com,P`)
    const people = `address,name\n${rows.join('\n')}\n`
    const whole = place({ 'people.csv': people })
    await whole.batch(['--directory', '*'])
    const parts = place({ 'people.csv': people })
    for (const shard of ['1/3', '2/3', '3/3']) {
      expect((await parts.batch(['--directory', '*', '--shard', shard])).exitCode).toBe(0)
    }
    const sheets = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.txt'))
    expect(sheets(parts.out)).toEqual(sheets(whole.out))
    expect(sheets(parts.out)).toHaveLength(103)
  })

  it('does not ask the directory for each of its people', async () => {
    // For look-ups this program has another answer than for the list.
    const { cwd, out, batch } = place()
    const find = join(cwd, 'find')
    writeFileSync(find, '#!/bin/sh\necho asked >> "$(dirname "$0")/asked"\n', { mode: 0o755 })
    const list = join(cwd, 'list')
    writeFileSync(list, `#!/bin/sh\necho '{"address":"ann@btinternet.com"}'\n`, { mode: 0o755 })
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'baseUrl: https://setup.example.com\ndirectory: { command: [./find], listCommand: [./list] }\n',
    )
    expect((await batch(['--directory', '*'])).exitCode).toBe(0)
    expect(readCsv(join(out, 'results.csv'))).toHaveLength(1)
    expect(existsSync(join(cwd, 'asked'))).toBe(false)
  })

  it('asks the directory of each tenant for people of its domains alone', async () => {
    const { out, batch } = place({
      'mailprofile.yaml':
        'baseUrl: https://setup.example.com\nserve: { domains: [gmx.net] }\ndirectory: { csv: people.csv }\ntenants:\n' +
        '  - { baseUrl: "https://setup.bt.example", domains: [btinternet.com], directory: { csv: bt.csv } }\n' +
        '  - { baseUrl: "https://setup.posteo.example", domains: [posteo.de] }\n',
      'people.csv':
        'address,name\na@gmx.net,A\nb@posteo.de,B\nc@btinternet.com,C\nd@unknown.example,D\n',
      'bt.csv': 'address,name\nc@btinternet.com,C\na@gmx.net,A\n',
    })
    const { exitCode } = await batch(['--directory', '*'])
    expect(exitCode).toBe(1)
    expect(readCsv(join(out, 'results.csv')).map(({ line, address }) => [line, address])).toEqual([
      ['1', 'a@gmx.net'],
      ['2', 'b@posteo.de'],
      ['5', 'c@btinternet.com'],
    ])
    const elsewhere = 'Its domain is not of those whom this directory is for.'
    expect(readCsv(join(out, 'rejected.csv'))).toMatchObject([
      { line: '3', address: 'c@btinternet.com', reason: elsewhere },
      { line: '4', address: 'd@unknown.example', code: 'unknown_domain' },
      { line: '6', address: 'a@gmx.net', reason: elsewhere },
    ])
  })

  it.each([
    [[], 'There is no list of people.', /--directory '\*' for everybody/],
    [['people.csv', '--directory', '*'], 'from a list or from --directory, not from both', /Leave/],
    [['--directory', ' '], '--directory needs a filter', /everybody/],
    [['--directory', 'x\u0007'], 'has to be text', undefined],
    [['--directory', 'Sales'], 'is no COLUMN=VALUE', /department=Sales/],
    [['--directory', 'dept=Sales'], 'has no column “dept”', /“department”/],
    [['--directory', '*', '--encoding', 'utf-8'], '--encoding is of a list', undefined],
  ])('refuses %j', async (argv, message, hint) => {
    const { out, batch } = place()
    const { exitCode, stderr } = await batch(argv)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
    if (hint !== undefined) expect(stderr).toMatch(hint)
    expect(existsSync(out)).toBe(false)
  })

  it.each<[string, Readonly<Record<string, string>>, readonly string[], RegExp]>([
    ['without a directory', { 'mailprofile.yaml': '{}\n' }, [], /no directory of people\./],
    [
      'that has nobody',
      {},
      ['--directory', 'department=Nowhere'],
      /not_found: The directory lists nobody for this filter/,
    ],
    [
      'that cannot be read',
      { 'people.csv': 'nothing\n' },
      [],
      /directory_unavailable: The directory of people could not be read to its end\. Its first line names no column address\./,
    ],
    [
      'of which nobody has a column',
      {},
      ['--column', 'street=road'],
      /Nobody in the directory has “road”\./,
    ],
  ])('makes nothing by a directory %s', async (_what, files, argv, message) => {
    const { out, batch } = place(files)
    const all = argv[0] === '--directory' ? argv : ['--directory', '*', ...argv]
    const { exitCode, stderr } = await batch(all)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(message)
    expect(existsSync(out)).toBe(false)
    expect(kept()).toEqual([])
  })

  it('is stopped while the directory is read', async () => {
    const { cwd, out, batch } = place()
    const started = join(cwd, 'started')
    const list = join(cwd, 'list')
    writeFileSync(list, `#!/bin/sh\n: > '${started}'\nsleep 1000\n`, { mode: 0o755 })
    writeFileSync(
      join(cwd, 'mailprofile.yaml'),
      'directory: { command: ["true"], listCommand: [./list], timeout: 30 }\n',
    )
    const stop = new AbortController()
    const over = batch(['--directory', '*'], { signal: stop.signal })
    await expect.poll(() => existsSync(started)).toBe(true)
    stop.abort(new Error('SIGINT'))
    const { exitCode, stderr } = await over
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Stopped') as string])
    expect(existsSync(out)).toBe(false)
    expect(kept()).toEqual([])
  })

  it('is stopped while the directory is asked about people of a list, and says how to go on', async () => {
    const { cwd, out, batch } = place({ 'list.csv': 'ann@btinternet.com\n' })
    const asked = join(cwd, 'asked')
    writeFileSync(join(cwd, 'find'), `#!/bin/sh\n: > '${asked}'\nsleep 1000\n`, { mode: 0o755 })
    const configuration = 'directory: { command: [./find], timeout: 30 }\n'
    writeFileSync(join(cwd, 'mailprofile.yaml'), configuration)
    const stop = new AbortController()
    const over = batch(['list.csv'], { signal: stop.signal })
    await expect.poll(() => existsSync(asked), { timeout: 10_000 }).toBe(true)
    stop.abort(new Error('SIGINT'))
    const { exitCode, stdout } = await over
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Stopped\. .*go on\.\n$/s)])
    expect(readdirSync(out)).toEqual([])
  })

  it('says why the directory gives no answer about people of a list', async () => {
    const { cwd, batch } = place({ 'people.csv': 'nothing\n' })
    writeFileSync(join(cwd, 'list.csv'), 'ann@btinternet.com\n')
    const { exitCode, stderr } = await batch(['list.csv'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/directory_unavailable: .*Its first line names no column address\./)
  })

  it('has a limit for its filter', async () => {
    const { exitCode, stderr } = await place().batch(['--directory', `a=${'x'.repeat(4096)}`])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('4096 characters at most')
  })
})
