import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { createClient } from '@redis/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { STEPS } from '../../src/store/sqlite/schema.js'
import { runCli } from '../support/cli.js'
import { folderTree } from '../support/folder-tree.js'
import { openTestStore } from '../support/open-test-store.js'
import { isMissing, needsRoot } from '../support/programs.js'
import { startRedis } from '../support/redis.js'
import { startServer } from '../support/server.js'
import { newInvitation } from '../support/stores.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const BIN = fileURLToPath(new URL('../../dist/bin/mailprofile.js', import.meta.url))
// Somebody who owns nothing.
const NOBODY = 65_534
const QUICK = { MAILPROFILE_SERVE_CATALOGUE: 'false' }

async function check(cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { exitCode, stdout, stderr } = await runCli(['config', 'check'], {
    cwd,
    env: { HOME: cwd, ...QUICK, ...env },
  })
  expect(stderr).toBe('')
  return { status: exitCode, store: storeIn(stdout.toString()) }
}

/** The real program, as a user of the machine. */
function checkAs(user: number, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'config', 'check'], {
    cwd,
    env: { HOME: cwd, ...QUICK, ...env },
    encoding: 'utf8',
    uid: user,
    gid: user,
  })
  expect(stderr).toBe('')
  return { status, store: storeIn(stdout) }
}

/** What is said of the store. */
function storeIn(output: string): string {
  return output.match(/^\S+ +store .*$/gm)?.join('\n') ?? ''
}

/** Whether nobody else can be asked to run the program: not root, or a checkout that is closed to others. */
function isAlone(): boolean {
  if (needsRoot()) return true
  const as = { uid: NOBODY, gid: NOBODY, cwd: '/' }
  return spawnSync(process.execPath, [BIN, 'formats'], as).status !== 0
}

const alone = isAlone()

/** A folder that everybody can look into. */
function openFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  return folder
}

/** The same, with a store in it that a program has used. */
async function folderWithStore(): Promise<{ readonly cwd: string; readonly file: string }> {
  const cwd = openFolder()
  const file = join(cwd, 'store.db')
  const store = await openTestStore(`sqlite:${file}`)
  await store.create(newInvitation())
  await store.close()
  return { cwd, file }
}

function makeDatabase(file: string, sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

describe('config check leaves everything as it was', () => {
  it('where there is nothing, and says which store a start would make', async () => {
    const cwd = openFolder()
    const before = folderTree(cwd)
    const { status, store } = await check(cwd)
    expect([status, folderTree(cwd)]).toEqual([0, before])
    const file = join(cwd, '.local/state/mailprofile/mailprofile.db')
    expect(store).toMatch(/^ok /)
    expect(store).toContain(`It can be made by the start: sqlite:${file}`)
  })

  it('beside a configuration file', async () => {
    const cwd = openFolder()
    writeFileSync(join(cwd, 'mailprofile.yaml'), 'baseUrl: https://setup.example.com\n')
    const before = folderTree(cwd)
    const { status, store } = await check(cwd)
    expect([status, folderTree(cwd)]).toEqual([0, before])
    expect(store).toContain(`sqlite:${join(cwd, 'data/mailprofile.db')}`)
  })

  it('where a store was named that is not there, deep below', async () => {
    const cwd = openFolder()
    const before = folderTree(cwd)
    const { status, store } = await check(cwd, { MAILPROFILE_STORE: 'sqlite:a/b/c.db' })
    expect([status, folderTree(cwd)]).toEqual([0, before])
    expect(store).toMatch(/^ok .*made by the start: sqlite:.*\/a\/b\/c\.db$/)
  })

  it('where a store is', async () => {
    const { cwd, file } = await folderWithStore()
    const before = folderTree(cwd)
    const { status, store } = await check(cwd, { MAILPROFILE_STORE: `sqlite:${file}` })
    expect([status, folderTree(cwd)]).toEqual([0, before])
    expect(store).toBe(`ok       store      It can be used: sqlite:${file}`)
  })

  it('where a server is using the store', async () => {
    const { cwd, file } = await folderWithStore()
    const env = { ...QUICK, MAILPROFILE_STORE: `sqlite:${file}` }
    const server = await startServer([], { cwd, env })
    onTestFinished(async () => {
      await server.stop()
    })
    // What is in the files is up to the server, which goes on.
    const names = () => readdirSync(cwd, { recursive: true, encoding: 'utf8' }).sort()
    const before = names()
    const { status, store } = await check(cwd, env)
    expect([status, names()]).toEqual([0, before])
    expect(store).toBe(`ok       store      It can be used: sqlite:${file}`)
  })

  it('and warns of a clock that has been set back since the store was used', async () => {
    const { cwd, file } = await folderWithStore()
    const database = new Database(file)
    database.pragma('journal_mode = DELETE')
    const later = Date.now() + 24 * 60 * 60 * 1000
    database.prepare('UPDATE clock SET latest = ?').run(later)
    database.close()
    const before = folderTree(cwd)
    const { status, store } = await check(cwd, { MAILPROFILE_STORE: `sqlite:${file}` })
    expect([status, folderTree(cwd)]).toEqual([0, before])
    expect(store).toMatch(
      /^warning .*clock of the store has been set back.* 14\d\d minutes behind/m,
    )
  })

  it.each<[name: string, make: (file: string) => void, words: string]>([
    ['text', (file) => writeFileSync(file, 'a list of things\n'), 'it is no SQLite database'],
    ['a folder', (file) => mkdirSync(file), 'it is no file'],
    [
      'the database of another program',
      (file) => makeDatabase(file, 'CREATE TABLE others (id INTEGER)'),
      'it is the database of another program',
    ],
    [
      'the store of a newer version',
      (file) => makeDatabase(file, `${STEPS.join('')} PRAGMA user_version = 1000`),
      'a newer version of mailprofile made it',
    ],
  ])('and refuses %s in the place of the store', async (_name, make, words) => {
    const cwd = openFolder()
    const file = join(cwd, 'store.db')
    make(file)
    const before = folderTree(cwd)
    const { status, store } = await check(cwd, { MAILPROFILE_STORE: `sqlite:${file}` })
    expect([status, folderTree(cwd)]).toEqual([1, before])
    expect(store).toMatch(/^error /)
    expect(store).toContain(words)
  })

  it.skipIf(alone)('in a folder that may not be written', async () => {
    const { cwd, file } = await folderWithStore()
    for (const name of readdirSync(cwd)) chownSync(join(cwd, name), NOBODY, NOBODY)
    const before = folderTree(cwd)
    // Of the user, and yet: SQLite puts its log beside it.
    const named = checkAs(NOBODY, cwd, { MAILPROFILE_STORE: `sqlite:${file}` })
    expect([named.status, folderTree(cwd)]).toEqual([1, before])
    expect(named.store).toMatch(/^error .*store\.db: this user may not write there/)
    // Nobody named one: a start goes on without.
    const unnamed = checkAs(NOBODY, cwd)
    expect([unnamed.status, folderTree(cwd)]).toEqual([0, before])
    expect(unnamed.store).toMatch(
      /^warning .*Invitations are forgotten when this program ends, because .* cannot be written/m,
    )
  })

  it.skipIf(alone)('of somebody else', async () => {
    const { cwd, file } = await folderWithStore()
    chmodSync(cwd, 0o777)
    chmodSync(file, 0o644)
    const before = folderTree(cwd)
    const { status, store } = checkAs(NOBODY, cwd, { MAILPROFILE_STORE: `sqlite:${file}` })
    expect([status, folderTree(cwd)]).toEqual([1, before])
    expect(store).toMatch(/^error .*this user may not write there/)
    chmodSync(file, 0o666)
    expect(checkAs(NOBODY, cwd, { MAILPROFILE_STORE: `sqlite:${file}` }).store).toMatch(
      /^error .*every user of this machine can read or change it/,
    )
  })

  it.skipIf(needsRoot())('on a file system that is read-only', async () => {
    const { cwd, file } = await folderWithStore()
    execFileSync('mount', ['--bind', cwd, cwd])
    onTestFinished(() => void execFileSync('umount', [cwd]))
    execFileSync('mount', ['-o', 'remount,bind,ro', cwd])
    const before = folderTree(cwd)
    const { status, store } = await check(cwd, { MAILPROFILE_STORE: `sqlite:${file}` })
    expect([status, folderTree(cwd)]).toEqual([1, before])
    expect(store).toMatch(/^error .*store\.db: the file system is read-only/)
  })

  it.skipIf(isMissing('redis-server'))('in Redis', async () => {
    const cwd = openFolder()
    const redis = await startRedis({ folder: temporaryFolder() })
    onTestFinished(() => redis.stop())
    const client = await createClient({ url: redis.url }).connect()
    onTestFinished(() => client.close())
    const { status, store } = await check(cwd, { MAILPROFILE_STORE: redis.url })
    expect([status, store]).toEqual([0, `ok       store      It can be used: ${redis.url}`])
    expect(await client.keys('*')).toEqual([])
  })
})
