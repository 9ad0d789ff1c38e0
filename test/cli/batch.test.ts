import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openConfiguredStore } from '../../src/server/configured-store.js'
import { Invitations } from '../../src/invitations/invitations.js'
import { runCli } from '../support/cli.js'
import { openTestStore } from '../support/open-test-store.js'
import { readCsv } from '../support/read-csv.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// Tomorrow: the development certificate is made today.
const ENV = { SOURCE_DATE_EPOCH: String(Math.floor(Date.now() / 1000) + 86_400) }

/** A folder with a list, and the command run in it. */
function place(
  list: string | Uint8Array = 'email,name\nann@btinternet.com,Ann\nbob@btinternet.com,Bob\n',
) {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'mailprofile.yaml'), 'baseUrl: https://setup.example.com\n')
  writeFileSync(join(cwd, 'people.csv'), list)
  const batch = async (...argv: readonly string[]) => {
    // One thread, so that each test loads the program once.
    const all = ['batch', 'people.csv', '--out', 'out', '--threads', '1', ...argv]
    const { exitCode, stdout, stderr } = await runCli(all, { cwd, env: ENV })
    return { exitCode, stdout: stdout.toString(), stderr }
  }
  return { cwd, out: join(cwd, 'out'), batch }
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort()
}

/** What the store has, once. */
async function withStore<T>(cwd: string, work: (all: Invitations) => Promise<T>): Promise<T> {
  const config = { file: join(cwd, 'mailprofile.yaml'), store: undefined, storeReplicas: undefined }
  const { store } = await openConfiguredStore(config, { cwd, env: {}, openStore: openTestStore })
  try {
    return await work(new Invitations({ store }))
  } finally {
    await store.close()
  }
}

describe('batch', () => {
  it('makes a profile for each, the one that “export” makes', async () => {
    const { cwd, out, batch } = place()
    const { exitCode, stdout, stderr } = await batch()
    expect(stdout).toBe('2 files, of 2 lines.\nout/results.csv has a line for each person.\n')
    expect(stderr).toContain('Columns: address is “email”, name.')
    expect(exitCode).toBe(0)
    const names = ['ann@btinternet.com.mobileconfig', 'bob@btinternet.com.mobileconfig']
    expect(files(out)).toEqual([...names, 'results.csv'])
    for (const name of files(out)) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600)
    const argv = ['export', 'apple-profile', 'ann@btinternet.com', '--name', 'Ann', '-o', '-']
    const now = () => new Date(Number(ENV.SOURCE_DATE_EPOCH) * 1000)
    const exported = await runCli(argv, { cwd, now })
    expect(readFileSync(join(out, names[0] ?? ''))).toEqual(exported.stdout)
    expect(readCsv(join(out, 'results.csv'))).toMatchObject([
      { line: '2', address: 'ann@btinternet.com', 'apple-profile': names[0] },
      { line: '3', address: 'bob@btinternet.com', 'apple-profile': names[1] },
    ])
  })

  it('does what is missing, and nothing twice', async () => {
    const { cwd, out, batch } = place()
    await batch()
    const before = statSync(join(out, 'ann@btinternet.com.mobileconfig')).mtimeMs
    expect((await batch()).stdout).toMatch(
      /^nothing to make, of 2 lines\.\n2 lines had been done before/,
    )
    writeFileSync(
      join(cwd, 'people.csv'),
      'E-Mail\tName\ncarl@btinternet.com\tCarl\nann@btinternet.com\tAnn\nbob@btinternet.com\tBobby\n',
    )
    const { stdout } = await batch()
    expect(stdout).toMatch(/^2 files, of 3 lines\.\n1 line had been done before/)
    expect(statSync(join(out, 'ann@btinternet.com.mobileconfig')).mtimeMs).toBe(before)
    // Bob was Bob before, too.
    expect(readCsv(join(out, 'results.csv')).map(({ address }) => address)).toEqual([
      'carl@btinternet.com',
      'ann@btinternet.com',
      'bob@btinternet.com',
      'bob@btinternet.com',
    ])
    rmSync(join(out, 'carl@btinternet.com.mobileconfig'))
    expect((await batch()).stdout).toMatch(/^1 file, of 3 lines/)
    writeFileSync(join(out, 'carl@btinternet.com.mobileconfig'), '')
    expect((await batch()).stdout).toMatch(/^1 file, of 3 lines/)
    expect((await batch('--format', 'apple-profile', '--format', 'k9-settings')).stdout).toMatch(
      /^3 files, of 3 lines/,
    )
  })

  it('makes several formats, each in a folder', async () => {
    const { out, batch } = place()
    await batch('--format', 'apple-profile', '--format', 'settings-sheet', '--language', 'de')
    expect(files(out)).toEqual([
      'apple-profile/ann@btinternet.com.mobileconfig',
      'apple-profile/bob@btinternet.com.mobileconfig',
      'results.csv',
      'settings-sheet/ann@btinternet.com.txt',
      'settings-sheet/bob@btinternet.com.txt',
    ])
    expect(readFileSync(join(out, 'settings-sheet/ann@btinternet.com.txt'), 'utf8')).toContain(
      'Posteingang',
    )
  })

  it('gives a folder no more than a thousand files', async () => {
    const rows = Array.from({ length: 1001 }, (_, i) => `p${i}@btinternet.com`)
    const { out, batch } = place(`address\n${rows.join('\n')}\n`)
    await batch('--format', 'settings-sheet')
    expect(readdirSync(join(out, '0001'))).toHaveLength(1000)
    // Its names are people's addresses.
    expect(statSync(join(out, '0001')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(out, '0002'))).toEqual(['p1000@btinternet.com.txt'])
  })

  it('gives each machine its part, with the same names', async () => {
    const rows = Array.from({ length: 1003 }, (_, i) => `p${i}@btinternet.com`)
    const list = `address\n${rows.join('\n')}\np0@btinternet.com\n`
    const whole = place(list)
    expect((await whole.batch('--format', 'settings-sheet')).exitCode).toBe(1)
    const parts = place(list)
    for (const shard of ['1/3', '2/3', '3/3']) {
      const { exitCode } = await parts.batch('--format', 'settings-sheet', '--shard', shard)
      // The last line is the second machine's.
      expect(exitCode).toBe(shard === '2/3' ? 1 : 0)
    }
    const sheets = (folder: string) => files(folder).filter((name) => name.endsWith('.txt'))
    expect(sheets(parts.out)).toEqual(sheets(whole.out))
    expect(readCsv(join(parts.out, 'results.csv'))).toHaveLength(1003)
  })

  it('puts all into one archive, and more into the next', async () => {
    const { cwd, out, batch } = place()
    expect((await batch('--zip')).exitCode).toBe(0)
    expect(files(out)).toEqual(['files.zip', 'results.csv'])
    expect((await batch('--zip')).stdout).toMatch(/^nothing to make/)
    writeFileSync(
      join(cwd, 'people.csv'),
      'email,name\nann@btinternet.com,Ann\ncarl@btinternet.com,Carl\n',
    )
    expect((await batch('--zip')).stdout).toMatch(/^1 file, of 2 lines/)
    expect(files(out)).toEqual(['files-2.zip', 'files.zip', 'results.csv'])
    expect(readCsv(join(out, 'results.csv')).map((row) => row['apple-profile'])).toEqual([
      'files.zip/ann@btinternet.com.mobileconfig',
      'files-2.zip/carl@btinternet.com.mobileconfig',
      'files.zip/bob@btinternet.com.mobileconfig',
    ])
  })

  it('rejects lines with their reasons, and writes no formula back', async () => {
    const { out, batch } = place(
      'Email;Name;Protocol\n' +
        '=HYPERLINK("http://evil.example");x;\n' +
        'ann@btinternet.com;Ann;\n' +
        'ANN@btinternet.com;Again;\n' +
        '+bob@btinternet.com;=1+1;imap\n' +
        'bob@nowhere.example;Bob;\n' +
        'carl@btinternet.com;Carl;exchange\n',
    )
    const { exitCode, stdout } = await batch()
    expect(exitCode).toBe(1)
    expect(stdout).toContain('4 lines rejected: out/rejected.csv says why.')
    const rejected = readCsv(join(out, 'rejected.csv'))
    expect(rejected.map(({ line, code }) => [line, code])).toEqual([
      ['2', 'invalid_address'],
      ['4', 'invalid_request'],
      ['6', 'unknown_domain'],
      ['7', 'invalid_request'],
    ])
    expect(rejected[1]).toMatchObject({
      address: 'ANN@btinternet.com',
      reason: 'The same mailbox stands in line 3.',
    })
    const text = ['rejected.csv', 'results.csv'].map((name) =>
      readFileSync(join(out, name), 'utf8'),
    )
    expect(text.join('')).not.toMatch(/(?:^|,|")[=+@-]/m)
    expect(text.join('')).not.toContain('HYPERLINK')
    expect(files(out)[1]).toMatch(/^bob@btinternet\.com~[0-9a-f]{16}\.mobileconfig$/)
  })

  it('makes invitations that the server knows, and none twice', async () => {
    const { cwd, out, batch } = place()
    const { exitCode, stdout } = await batch('--invitations', '--code', '--expires', '24')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^2 invitations, of 2 lines/)
    const results = readCsv(join(out, 'results.csv'))
    expect(results[0]).toMatchObject({
      address: 'ann@btinternet.com',
      invitation: expect.stringMatching(/^[\w-]{22}$/) as string,
      link: expect.stringMatching(/^https:\/\/setup\.example\.com\/i\/[\w-]{22}$/) as string,
      code: expect.stringMatching(/^\d{3} \d{3}$/) as string,
      name: 'Ann',
      expires: expect.stringMatching(/Z$/) as string,
    })
    expect((await batch('--invitations', '--code')).stdout).toMatch(/^nothing to make/)
    await withStore(cwd, async (known) => {
      const { invitations } = await known.list({ limit: 10 })
      const ids = results.map(({ invitation }) => invitation)
      expect(invitations.map(({ record }) => record.id).sort()).toEqual(ids.sort())
      for (const { link = '' } of results) {
        expect((await known.open(link.slice(-22)))?.state).toBe('pending')
      }
    })
  })

  it('keeps what was made for somebody whom a later run rejects', async () => {
    const { out, batch } = place('address\nann@btinternet.com\n')
    await batch('--invitations')
    const [before] = readCsv(join(out, 'results.csv'))
    const { stdout } = await batch('--invitations', '--format', 'apple-exchange')
    expect(stdout).toMatch(/^nothing to make, of 1 line\.\n1 line rejected/)
    expect(readCsv(join(out, 'results.csv'))).toMatchObject([{ link: before?.['link'] }])
    expect((await batch('--invitations')).stdout).toMatch(/^nothing to make/)
  })

  it('stops when it is told to, also while nobody writes the list, and goes on the next time', async () => {
    const { cwd, out } = place()
    const rows = Array.from({ length: 1500 }, (_, i) => `p${i}@btinternet.com\n`)
    const argv = ['batch', '-', '--out', 'out', '--format', 'settings-sheet']
    const stop = new AbortController()
    const stdin = new PassThrough()
    stdin.write(`address\n${rows.join('')}`)
    // The thousand of the first folder have their names when the next folder begins.
    const ended = runCli(argv, { cwd, stdin, signal: stop.signal })
    while (!existsSync(join(out, '0001'))) await sleep(20)
    stop.abort()
    const { exitCode, stdout } = await ended
    expect(exitCode).toBe(1)
    expect(stdout.toString()).toMatch(/^Stopped\. \d+ files, of \d+ lines\.\n.*go on\.\n$/s)
    expect(files(out).filter((name) => name.startsWith('.'))).toEqual(['.mailprofile-journal'])

    const rest = await runCli(argv, { cwd, stdin: `address\n${rows.join('')}` })
    expect(rest.exitCode).toBe(0)
    const made = (text: Buffer) => Number(/(\d+) files/.exec(text.toString())?.[1])
    expect(made(stdout) + made(rest.stdout)).toBe(1500)
    expect(files(out).filter((name) => name.startsWith('.'))).toEqual([])
    expect(readCsv(join(out, 'results.csv'))).toHaveLength(1500)
  })

  it.each([
    [[], /^Stopped\. nothing to make, of 0 lines\./],
    [['--dry-run'], /^Stopped: this is only the beginning of the list\.\nNothing was done\./],
  ])('stops before it knows any line, %j', async (more, said) => {
    const { cwd, out } = place()
    const argv = ['batch', '-', '--out', 'out', '--format', 'settings-sheet', ...more]
    const stop = new AbortController()
    const stdin = new PassThrough()
    stdin.write('addr')
    const ended = runCli(argv, { cwd, stdin, signal: stop.signal })
    await expect.poll(() => stdin.readableLength, { timeout: 10_000 }).toBe(0)
    stop.abort()
    const { exitCode, stdout, stderr } = await ended
    expect([exitCode, stdout.toString(), stderr]).toEqual([1, expect.stringMatching(said), ''])
    expect(existsSync(out) ? files(out) : []).toEqual([])
    // One that is stopped before it began to read, too.
    const never = { cwd, stdin: new PassThrough(), signal: AbortSignal.abort() }
    expect((await runCli(argv, never)).stdout.toString()).toMatch(said)
  })

  it('shows on a terminal how far it is, and in lines elsewhere', async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `p${i}@btinternet.com`)
    const { cwd } = place(`address\n${rows.join('\n')}\n`)
    const argv = ['batch', 'people.csv', '--out', 'out', '--format', 'settings-sheet']
    const { stderr } = await runCli(argv, { cwd, terminal: true })
    expect(stderr).toMatch(/\r\d+ of about \d+ done, \d+ a second, \d+ s left/)
    expect(stderr.endsWith('\r\u001b[K')).toBe(true)
  })

  it('says what it would do, and does nothing', async () => {
    const { cwd, out, batch } = place('address\nann@btinternet.com\nann\n')
    const { exitCode, stdout } = await batch(
      '--dry-run',
      '--invitations',
      '--format',
      'apple-profile',
    )
    expect(exitCode).toBe(1)
    expect(stdout).toBe(
      'Nothing was done. Without --dry-run, in out: 1 file, 1 invitation, of 2 lines.\n' +
        '1 line would be rejected:\n' +
        '  line 3: A mail address has a name, an @ and a domain: ann@example.com.\n',
    )
    expect(existsSync(out)).toBe(false)
    expect(existsSync(join(cwd, 'data'))).toBe(false)
  })

  it('does not look again at whoever has all, and says so before', async () => {
    const { cwd, batch } = place('address\nann@btinternet.com\n')
    await batch()
    const configuration = 'baseUrl: https://setup.example.com\nserve: { domains: [gmx.net] }\n'
    writeFileSync(join(cwd, 'mailprofile.yaml'), configuration)
    for (const argv of [['--dry-run'], []]) {
      const { exitCode, stdout } = await batch(...argv)
      expect(stdout).toMatch(/nothing to make, of 1 line\.\n1 line had been done before\.\n/)
      expect(exitCode).toBe(0)
    }
  })

  it('shows three lines with the same mistake, and all other mistakes', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i}@nowhere.example\n`).join('')
    const { stdout } = await place(`address\n${lines}ann\n`).batch('--dry-run')
    expect(stdout.match(/No settings are known/g)).toHaveLength(3)
    expect(stdout).toContain('For a domain of your own, write a provider file')
    expect(stdout).toMatch(/\n {2}line 32: A mail address has .*\n {2}and 27 more\n$/)
  })

  it('prints JSON, and nothing else when it is to be quiet', async () => {
    const { batch } = place()
    const { stdout, stderr } = await batch('--json', '--quiet', '--unsigned')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ rows: 2, files: 2, rejected: 0, stopped: false })
  })

  it.each([
    [['--shard', '4/3'], '--shard is a part and how many there are: 3/8 is the third of eight.'],
    [['--column', 'adress=x'], '--column names no field “adress”.\nThe fields are address, '],
    [['--column', 'address'], '--column names a field and a column'],
    [['--format', 'aple-profile'], 'There is no such format.'],
    [['--code'], '--code is of invitations'],
    [['--expires', '24'], '--expires is of invitations: give --invitations or --mail too.'],
    [['--letters', 'a.pdf', '--downloads', '2'], '--downloads is of invitations'],
    [
      ['--letters', 'a.pdf', '--layout', 'cards', '--envelope', 'uk-dl'],
      '--envelope is of letters: cards are handed out, and have no address.',
    ],
    [['--invitations', '--zip'], '--zip is for files'],
    [['--encoding', 'latin99'], 'There is no encoding “latin99”.'],
    [['--threads', '0'], '--threads is a whole number from 1 to 64.'],
    [
      ['--invitations', '--expires', '0'],
      'The value of expires has to be a whole number from 1 to 720.',
    ],
  ])('refuses %j', async (argv, message) => {
    const { exitCode, stderr } = await place().batch(...argv)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
  })

  it.each([
    ['first,last\nAnn,Example\n', 'invalid_request: The first line names no column of addresses.'],
    ['', 'invalid_request: The list is empty.'],
  ])('says what is wrong with the list %j', async (list, message) => {
    const { out, batch } = place(list)
    const { exitCode, stderr } = await batch('--quiet')
    expect(exitCode).toBe(1)
    expect(stderr).toContain(message)
    expect(files(out)).toEqual([])
  })

  it('tells a list that is not there, a folder that is a file, and another run', async () => {
    const { cwd, out, batch } = place()
    const absent = await runCli(['batch', 'none.csv', '--out', 'out'], { cwd, env: ENV })
    // Before all that takes longer, such as the identity, about which there would be a warning.
    expect(absent.stderr).toMatch(/^file_error: The list none\.csv cannot be read: it is not there/)
    writeFileSync(out, '')
    expect((await batch()).stderr).toContain('file_error')
    rmSync(out)
    await batch()
    writeFileSync(join(out, '.mailprofile-lock'), String(process.ppid))
    expect((await batch()).stderr).toContain(
      'invalid_request: Another run is working in this folder.',
    )
  })
})
