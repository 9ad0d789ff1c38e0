import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Invitations } from '../../src/invitations/invitations.js'
import { runCli } from '../support/cli.js'
import { placeWithStore } from '../support/place-with-store.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { add, newCall, newInvitation } from '../support/stores.js'
import { suite } from '../support/suite.js'

const ANN = 'ann@btinternet.com'
const PASSWORD = 'correct horse battery'

type Place = ReturnType<typeof placeWithStore>

/** Links as people have them: unused, used once, used up, revoked, with a code. */
async function makeLinks({ json, cli, withStore }: Place) {
  const tokenOf = async (argv: readonly string[]) => {
    const made = await json(['invite', ANN, '--password-stdin', ...argv], `${PASSWORD}\n`)
    return { id: String(made['id']), token: String(made['url']).slice(-22), code: made['code'] }
  }
  const unused = await tokenOf(['--reference', 'ticket 1'])
  const opened = await tokenOf(['--downloads', '3'])
  const spent = await tokenOf(['--downloads', '1'])
  const revoked = await tokenOf([])
  const coded = await tokenOf(['--code'])
  await withStore(async (store) => {
    await store.claim(opened.id)
    await store.claim(spent.id)
    await store.create(newInvitation(), newCall({ id: 'c'.repeat(43) }))
  })
  expect((await cli(['invite', 'revoke', revoked.id])).exitCode).toBe(0)
  return { unused, opened, spent, revoked, coded }
}

/** What is seen of the links by those who have them, and by the operator. */
function seen({ withStore, list }: Place, links: Awaited<ReturnType<typeof makeLinks>>) {
  return withStore(async (store) => {
    const invitations = new Invitations({ store })
    const held = await Promise.all(
      Object.values(links).map(async ({ token }) => {
        const one = await invitations.open(token)
        return [one?.state, one?.record, one?.person?.password?.reveal()]
      }),
    )
    return { held, listed: await list() }
  })
}

describe('backup and restore', () => {
  const folder = suite((path) => path)
  let redis: RedisServer | undefined
  let databases = 0
  beforeAll(async () => {
    if (!isMissing('redis-server')) redis = await startRedis({ folder: folder() })
  })
  afterAll(() => redis?.stop())
  const stores = {
    sqlite: () => placeWithStore('sqlite:data/kept.db'),
    redis: () => placeWithStore(`${redis?.url ?? ''}/${++databases}`),
  } as const

  it.for([
    ['sqlite', 'sqlite'],
    ['redis', 'redis'],
    ['sqlite', 'redis'],
    ['redis', 'sqlite'],
  ] as const)('bring everything from %s to %s', async ([from, to], { skip }) => {
    skip(redis === undefined && (from === 'redis' || to === 'redis'), 'redis-server is missing')
    const [old, fresh] = [stores[from](), stores[to]()]
    const links = await makeLinks(old)
    const before = await seen(old, links)
    const file = join(old.cwd, 'kept.backup')
    expect(await old.json(['backup', file])).toEqual({ file, invitations: 6, calls: 1 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(old.cwd).filter((name) => name.includes('unfinished'))).toEqual([])
    for (const secret of [PASSWORD, ANN, ...Object.values(links).map(({ token }) => token)]) {
      expect(readFileSync(file, 'utf8')).not.toContain(secret)
    }

    expect(await fresh.json(['restore', file])).toMatchObject({
      ...{ invitations: 6, calls: 1, added: 7, joined: 0, known: 0, over: 0 },
    })
    expect(await seen(fresh, links)).toEqual(before)
    // What happens there from now on is not undone by the same backup.
    const { unused, opened, coded } = links
    await fresh.cli(['invite', 'revoke', unused.id])
    await fresh.withStore(async (store) => {
      await store.claim(opened.id)
      await store.claim(opened.id)
      const code = String(coded.code)
      expect(await new Invitations({ store }).enterCode(coded.token, code)).toBe('right')
    })
    const later = await seen(fresh, links)
    expect(later.held.map(([state]) => state)).toEqual([
      ...['revoked', 'spent', 'spent', 'revoked', 'pending'],
    ])
    expect(await fresh.json(['restore', file, '--merge'])).toMatchObject({ added: 0, known: 7 })
    expect(await seen(fresh, links)).toEqual(later)
    // And what happened there goes to where the backup came from.
    const second = join(fresh.cwd, 'second.backup')
    await fresh.json(['backup', second])
    expect(await old.json(['restore', second, '--merge'])).toMatchObject({ joined: 3, known: 4 })
    expect(await seen(old, links)).toEqual(later)
  })

  it('leave alone a store that has invitations, unless told', async () => {
    const { cwd, cli, list } = stores.sqlite()
    await cli(['invite', ANN])
    await cli(['backup', 'one'])
    await cli(['invite', ANN])
    expect(await cli(['restore', 'one'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `invalid_request: The store has invitations already: sqlite:${join(cwd, 'data/kept.db')}\nAdd --merge to keep them and add those of the backup; nothing that the store knows is undone.\n`,
    })
    const { stdout } = await cli(['restore', 'one', '--merge'])
    expect(stdout).toMatch(
      /^The backup of .* by mailprofile .*: invitations 1, repeatable calls 0\.\nThe store: sqlite:.*kept\.db\nAdded 0; there already 1; /,
    )
    expect(await list()).toHaveLength(2)
    expect(existsSync(join(cwd, 'one'))).toBe(true)
  })

  it('say where the store is, without its password', async ({ skip }) => {
    skip(redis === undefined, 'redis-server is missing')
    const { host } = new URL(redis?.url ?? '')
    const { cwd, cli } = placeWithStore(`redis://default:hunter2@${host}/${++databases}`)
    await cli(['invite', ANN])
    await cli(['backup', 'one'])
    const refused = await cli(['restore', 'one'])
    const { stdout } = await cli(['restore', 'one', '--merge'])
    const checked = await runCli(['config', 'check'], { cwd })
    for (const text of [refused.stderr, stdout, checked.stdout.toString()]) {
      expect(text).toContain(`redis://${host}/${databases}`)
      expect(text).not.toContain('hunter2')
    }
  })

  it('go through pipes', async () => {
    const old = stores.sqlite()
    await makeLinks(old)
    const { stdout, stderr } = await old.cli(['backup', '-'])
    expect(stderr).toBe('Wrote the backup: invitations 6, repeatable calls 1.\n')
    const config = readFileSync(join(old.cwd, 'mailprofile.yaml'))
    const both = await old.cli(['backup', '-', '--config', '-'], config)
    expect(both.stdout.split('\n')).toHaveLength(stdout.split('\n').length)
    const fresh = stores.sqlite()
    expect(await fresh.json(['restore', '-'], stdout)).toMatchObject({ added: 7 })
    expect(await fresh.list()).toHaveLength(6)
  })

  it.skipIf(process.platform === 'win32')('take a pipe that has a name', async () => {
    const old = stores.sqlite()
    await makeLinks(old)
    const { stdout } = await old.cli(['backup', '-'])
    const fresh = stores.sqlite()
    const pipe = join(fresh.cwd, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [restored] = await Promise.all([fresh.json(['restore', pipe]), writeFile(pipe, stdout)])
    expect(restored).toMatchObject({ added: 7 })
  })

  it('keep what comes by a pipe where something can be written', async () => {
    const old = stores.sqlite()
    await old.cli(['invite', ANN])
    const { stdout } = await old.cli(['backup', '-'])
    const { cwd } = stores.sqlite()
    vi.stubEnv('TMPDIR', join(cwd, 'nowhere'))
    onTestFinished(() => void vi.unstubAllEnvs())
    const refused = await runCli(['restore', '-'], { cwd, stdin: stdout })
    expect(refused.stderr).toMatch(/^file_error: A copy of the backup .* cannot be written: /)
    const state = join(cwd, 'state')
    mkdirSync(state)
    const env = { STATE_DIRECTORY: state }
    const { stdout: said } = await runCli(['restore', '-'], { cwd, stdin: stdout, env })
    expect(said.toString()).toMatch(/^Added 1;/m)
    expect(readdirSync(state)).toEqual([])
  })

  it('end when they are told to, while they wait for a pipe', async () => {
    const { cwd } = stores.sqlite()
    const stop = new AbortController()
    const stopped = runCli(['restore', '-'], { cwd, stdin: new PassThrough(), signal: stop.signal })
    setTimeout(() => stop.abort(), 100)
    expect((await stopped).stderr).toBe('invalid_request: Stopped: nothing was restored.\n')
  })

  it.skipIf(process.platform === 'win32')('put a backup in the place of files alone', async () => {
    const { cwd, cli } = stores.sqlite()
    await cli(['invite', ANN])
    const pipe = join(cwd, 'pipe')
    execFileSync('mkfifo', [pipe])
    symlinkSync(pipe, join(cwd, 'link'))
    for (const name of ['pipe', 'link']) {
      const { exitCode, stderr } = await cli(['backup', name])
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^file_error: .* no file/)])
    }
    expect(statSync(pipe).isFIFO()).toBe(true)
    expect(readdirSync(cwd).filter((name) => name.endsWith('.unfinished'))).toEqual([])
  })

  it('refuse a file that is torn, changed, or none, and write nothing of it', async () => {
    const old = stores.sqlite()
    await makeLinks(old)
    const { stdout: whole } = await old.cli(['backup', '-'])
    const lines = whole.trimEnd().split('\n')
    const used = lines.findIndex((line) => line.includes('"used":1'))
    const changed = lines.with(used, lines[used]?.replace('"used":1', '"used":0') ?? '')
    const cases: Record<string, string> = {
      empty: '',
      'cut in a line': whole.slice(0, whole.length / 2),
      'cut before the end': `${lines.slice(0, -1).join('\n')}\n`,
      'without its last line end': whole.trimEnd(),
      'a download less': `${changed.join('\n')}\n`,
      'a line less': `${lines.toSpliced(used, 1).join('\n')}\n`,
      'more behind it': `${whole}${whole}`,
      'another file': 'baseUrl: https://setup.example.com\n',
      'a newer format': whole.replace('"format":1', '"format":2'),
    }
    const said: Record<string, string> = {}
    for (const [name, text] of Object.entries(cases)) {
      const { cwd, cli } = stores.sqlite()
      writeFileSync(join(cwd, 'bad'), text)
      const { exitCode, stdout, stderr } = await cli(['restore', 'bad'])
      expect([name, exitCode, stdout]).toEqual([name, 1, ''])
      said[name] = stderr.split('\n')[0] ?? ''
      expect(existsSync(join(cwd, 'data'))).toBe(false)
    }
    expect(said).toEqual({
      empty: 'invalid_backup: It is no backup of mailprofile.',
      'cut in a line': expect.stringMatching(
        /^invalid_backup: The backup is not as it was made at line/,
      ) as string,
      'cut before the end': 'invalid_backup: The backup is not whole: its end is missing.',
      'without its last line end': expect.stringMatching(
        /^invalid_backup: .* at line 9:/,
      ) as string,
      'a download less':
        'invalid_backup: The backup is not as it was made: it was changed, or is damaged.',
      'a line less':
        'invalid_backup: The backup is not as it was made: it was changed, or is damaged.',
      'more behind it': expect.stringMatching(/^invalid_backup: .* at line 10:/) as string,
      'another file': 'invalid_backup: It is no backup of mailprofile.',
      'a newer format': expect.stringMatching(
        /has a format that this version does not know/,
      ) as string,
    })
  })

  it('say what is missing', async () => {
    const { cwd, cli } = stores.sqlite()
    expect((await cli(['backup', 'new'])).stderr).toMatch(
      /^not_found: There is no store yet: sqlite:/,
    )
    expect(existsSync(join(cwd, 'new'))).toBe(false)
    expect((await cli(['restore', 'missing'])).stderr).toMatch(
      /^file_error: The backup missing cannot be read: it is not there\./,
    )
    await cli(['invite', ANN])
    expect((await cli(['backup', 'no/folder'])).stderr).toMatch(
      /^file_error: .*the folder no is not/,
    )
    expect((await cli(['backup', '-', '--json'])).exitCode).toBe(2)
  })

  it('wait for a clock that is behind', async () => {
    const { cwd, cli } = stores.sqlite()
    await cli(['invite', ANN])
    await cli(['backup', 'one'])
    const past = () => new Date(Date.now() - 60 * 60 * 1000)
    const { exitCode, stderr } = await runCli(['restore', 'one', '--merge'], { cwd, now: past })
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/the clock of this machine/)])
  })

  it('keep the backup that was there when the next one fails', async () => {
    const { cwd, cli } = stores.sqlite()
    await cli(['invite', ANN])
    const sub = join(cwd, 'backups')
    mkdirSync(sub)
    await cli(['backup', 'backups/one'])
    const before = readFileSync(join(sub, 'one'))
    if (process.getuid?.() !== 0) {
      chmodSync(sub, 0o500)
      onTestFinished(() => chmodSync(sub, 0o700))
      expect((await cli(['backup', 'backups/one'])).exitCode).toBe(1)
    }
    const stopped = await runCli(['backup', 'backups/one'], { cwd, signal: AbortSignal.abort() })
    expect(stopped.exitCode).toBe(1)
    expect(readdirSync(sub)).toEqual(['one'])
    expect(readFileSync(join(sub, 'one')).equals(before)).toBe(true)
  })

  it('are of one moment in SQLite, while it is written', async () => {
    const { cwd, cli, withStore } = stores.sqlite()
    await withStore(async (store) => {
      await Promise.all(Array.from({ length: 1500 }, () => add(store)))
      const seenEntries: unknown[] = []
      for await (const entry of store.entries()) {
        if (seenEntries.push(entry) === 1) {
          for (let i = 0; i < 20; i++) await add(store)
        }
      }
      expect(seenEntries).toHaveLength(1500)
      expect((await cli(['backup', 'more'])).stderr).toBe(
        'Wrote more: invitations 1520, repeatable calls 0.\n',
      )
    })
    expect(existsSync(join(cwd, 'more'))).toBe(true)
  })
})
