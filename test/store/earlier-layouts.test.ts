import { join } from 'node:path'
import { createClient } from '@redis/client'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { MailProfileError } from '../../src/errors.js'
import { openRedisStore } from '../../src/store/redis/store.js'
import { trySqlite } from '../../src/store/sqlite/try.js'
import { version } from '../../src/version.js'
import {
  EARLIER_LAYOUTS,
  earlierInSqlite,
  earlierScripts,
  earlierSql,
  expectAllKept,
  fillRedis,
} from '../support/earlier-stores.js'
import { isMissing } from '../support/programs.js'
import { startRedis, type RedisServer } from '../support/redis.js'
import { openFile } from '../support/sqlite.js'
import { add, newId, newInvitation } from '../support/stores.js'
import { suite } from '../support/suite.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const HOUR = 60 * 60 * 1000

const IN_USE = 'Invitations cannot be used at the moment.'

/** What the operator is told: of a store that is open already, the cause says it. */
async function refusalOf(work: () => Promise<unknown>): Promise<{ message: string; hint: string }> {
  const error: unknown = await work().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'store_unavailable' })
  const { message, hint, cause } = error as MailProfileError
  const told = cause instanceof Error && message === IN_USE ? cause.message : message
  return { message: told, hint: hint ?? '' }
}

function makeFile(sql: string): string {
  const file = join(temporaryFolder(), 'store.db')
  run(file, sql)
  return file
}

function run(file: string, sql: string): void {
  const database = new Database(file)
  database.pragma('busy_timeout = 5000')
  database.exec(sql)
  database.close()
}

/** All tables and indexes, as SQLite has them. */
function schemaOf(file: string): ReadonlyMap<string, string> {
  const database = new Database(file)
  const rows = database.prepare('SELECT name, sql FROM sqlite_master').all()
  database.close()
  return new Map((rows as { name: string; sql: string }[]).map(({ name, sql }) => [name, sql]))
}

function layoutOf(file: string): unknown {
  const database = new Database(file)
  const row = database.prepare('SELECT steps, program FROM layout').get()
  database.close()
  const { steps, program } = row as { readonly steps: number; readonly program: string }
  return { steps, program }
}

const NEWER = "INSERT OR REPLACE INTO layout (id, steps, program) VALUES (1, 99, '9.1.0');"

describe('a file of SQLite', () => {
  it.each(EARLIER_LAYOUTS)(
    'of layout %s keeps all that is in it, and becomes as a new one',
    async (layout) => {
      const file = makeFile(earlierSql(layout))
      const { at, made } = earlierInSqlite(layout)
      const store = await openFile(file, () => at)
      await expectAllKept(store, made, { answers: layout !== '1' })
      const fresh = join(temporaryFolder(), 'new.db')
      await openFile(fresh)
      expect(schemaOf(file)).toEqual(schemaOf(fresh))
      expect(layoutOf(file)).toEqual(layoutOf(fresh))
      expect(layoutOf(file)).toEqual({ steps: 5, program: version })
    },
  )

  it('is as it was when a step fails', async () => {
    const file = makeFile(earlierSql('1'))
    // In the way of the last step alone.
    run(file, 'CREATE VIEW layout AS SELECT 1 AS id, 3 AS steps')
    const before = schemaOf(file)
    await expect(openFile(file)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(schemaOf(file)).toEqual(before)
  })

  it('that a newer version has added to is shared with it', async () => {
    const file = makeFile('')
    await openFile(file)
    run(file, `ALTER TABLE invitations ADD COLUMN mood TEXT; CREATE TABLE moods (id); ${NEWER}`)
    const store = await openFile(file)
    const id = await add(store)
    expect(await store.claim(id)).toMatchObject({ changed: true })
    expect(layoutOf(file)).toEqual({ steps: 99, program: '9.1.0' })
  })

  it('that only newer versions may use is refused, and told whose it is', async () => {
    const file = makeFile('')
    const store = await openFile(file)
    const id = await add(store)
    run(file, `${NEWER} PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)`)
    const told = `a newer version of mailprofile made it, 9.1.0, and this is ${version}`
    for (const work of [() => openFile(file), () => trySqlite(file, Date.now)]) {
      const { message, hint } = await refusalOf(work)
      expect(message).toBe(`Invitations cannot be kept in ${file}: ${told}.`)
      expect(hint).toContain('put back a backup')
    }
    // Whoever has it open does nothing more with it.
    const steps = [
      () => store.claim(id),
      () => store.check(),
      () => store.create(newInvitation()),
      () => store.read(id),
    ]
    for (const work of steps) {
      expect((await refusalOf(work)).message).toContain(told)
    }
    run(file, 'PRAGMA user_version = 1')
    expect((await store.read(id))?.record.used).toBe(0)
  })
})

describe.skipIf(isMissing('redis-server'))('a database of Redis', () => {
  const folder = suite((path) => path)
  let redis: RedisServer
  let databases = 0
  beforeAll(async () => {
    redis = await startRedis({ folder: folder(), more: ['databases 64'] })
  })
  afterAll(() => redis.stop())

  async function openDatabase() {
    const url = `${redis.url}/${++databases}`
    const client = createClient({ url })
    await client.connect()
    onTestFinished(() => client.close())
    return { url, client }
  }

  async function open(url: string) {
    const store = await openRedisStore(url)
    onTestFinished(() => store.close())
    return store
  }

  it.each(EARLIER_LAYOUTS)('of layout %s keeps all that is in it', async (layout) => {
    const { url, client } = await openDatabase()
    const { made } = await fillRedis(client, layout)
    await expectAllKept(await open(url), made, { answers: layout !== '1' })
    expect(await client.get('mailprofile:layout')).toBe(`1 ${version}`)
  })

  it.each(['1', '2'] as const)(
    'is shared with servers that have the scripts of layout %s while they are replaced',
    async (layout) => {
      const { url, client } = await openDatabase()
      const { CREATE, CLAIM } = earlierScripts(layout)
      // What time it has to be, which came later.
      const time = layout === '1' ? [] : ['0']
      const store = await open(url)
      const own = await add(store, { tenant: 'setup.school.example', reference: 'r' })
      await store.beginSending(own)

      const meanwhile = newId()
      const keysOf = (id: string) => [`mailprofile:{${id}}:state`, `mailprofile:{${id}}:sealed`]
      const lists = ['mailprofile:list', 'mailprofile:list:maker:helpdesk']
      await client.eval(CREATE, {
        keys: [...keysOf(meanwhile), 'mailprofile:call:', ...lists],
        arguments: [
          ...[meanwhile, 'sealed', String(HOUR), '', ''],
          ...['maker', 'helpdesk', 'window', String(HOUR), 'downloads', '3', ...time],
        ],
      })
      await client.eval(CLAIM, { keys: keysOf(own), arguments: time })

      expect((await store.read(own))?.record).toMatchObject({
        tenant: 'setup.school.example',
        used: 1,
        sending: { state: 'sending' },
      })
      expect(await store.claim(meanwhile)).toMatchObject({ changed: true, record: { used: 1 } })
      const { invitations } = await store.list({ limit: 10 })
      expect(new Set(invitations.map(({ record }) => record.id))).toEqual(new Set([own, meanwhile]))
    },
  )

  it('that only newer versions may use is refused, and told whose it is', async () => {
    const { url, client } = await openDatabase()
    const store = await open(url)
    const id = await add(store)
    await client.set('mailprofile:layout', '2 9.1.0')
    const told = `was made by a newer version of mailprofile, 9.1.0, and this is ${version}`
    const all = [
      () => open(url),
      () => openRedisStore(url, { isTrial: true }),
      () => store.claim(id),
      () => store.read(id),
      () => store.check(),
    ]
    for (const work of all) {
      expect((await refusalOf(work)).message).toBe(`The store at 127.0.0.1:${redis.port} ${told}.`)
    }
    await client.set('mailprofile:layout', '1 9.1.0')
    expect((await store.read(id))?.record.used).toBe(0)
  })
})
