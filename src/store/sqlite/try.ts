import { lstat, open, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Stats } from 'node:fs'
import Database from 'libsql'
import { MailProfileError } from '../../errors.js'
import { SteadyClock } from '../../invitations/clock.js'
import { requireWritable } from './require-writable.js'
import type { StoreTrial } from '../../invitations/store.js'
import { isOpenToAll, refuseNewer, refuseOpenToAll, refusal, sqliteReason } from './database.js'
import { isKnownLayout } from './layout.js'
import { APPLICATION_ID } from './schema.js'

/** Less than a few pages of a database: nothing can be added then. */
const LEAST_SPACE = 64 * 1024

// The database header: https://sqlite.org/fileformat2.html#the_database_header
const HEADER_LENGTH = 100
const MAGIC = 'SQLite format 3\0'
const SCHEMA_COOKIE = 40
const USER_VERSION = 60
const APPLICATION = 68

/**
 * Finds out whether a file can be the store, without writing: SQLite itself makes files as soon as it
 * opens one, also to read.
 *
 * @throws MailProfileError `store_unavailable` as `openSqliteStore`
 */
export async function trySqlite(file: string, now: () => number): Promise<StoreTrial> {
  try {
    const stats = await statOf(file)
    await Promise.all(['', '-wal', '-shm'].map((end) => requireWritable(file + end)))
    if (stats !== undefined) await requireOurs(file, stats)
  } catch (error) {
    if (error instanceof MailProfileError) throw error
    throw refusal(file, sqliteReason(error), error)
  }
  return {
    async check() {
      const folder = dirname(file)
      const space = await statfs(folder).catch(() => undefined)
      if (space !== undefined && space.bavail * space.bsize < LEAST_SPACE) {
        throw refusal(file, 'the disk is full')
      }
    },
    clockBehind() {
      const clock = new SteadyClock()
      clock.read(now(), 0, latestTime(file))
      return Promise.resolve(clock.behind)
    },
    close: () => Promise.resolve(),
  }
}

async function statOf(file: string): Promise<Stats | undefined> {
  const isLink = await lstat(file).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
  try {
    return await stat(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (isLink) throw refusal(file, 'it is a link that leads nowhere')
    return undefined
  }
}

async function requireOurs(file: string, stats: Stats): Promise<void> {
  if (!stats.isFile()) throw refusal(file, 'it is no file')
  const user = process.geteuid?.()
  if (isOpenToAll(stats) && user !== 0 && user !== stats.uid) throw refuseOpenToAll(file)
  const header = await headerOf(file)
  if (header.length === 0) return
  if (header.length < HEADER_LENGTH || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw refusal(file, 'it is no SQLite database')
  }
  if (header.readUInt32BE(APPLICATION) === APPLICATION_ID) {
    if (isKnownLayout(header.readUInt32BE(USER_VERSION))) return
    throw look(file, (database) => refuseNewer(database, file))
  }
  // One without tables, or with tables that are still in its log alone, may be ours.
  if (header.readUInt32BE(SCHEMA_COOKIE) !== 0) {
    throw refusal(file, 'it is the database of another program')
  }
}

async function headerOf(file: string): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(HEADER_LENGTH),
      0,
      HEADER_LENGTH,
      0,
    )
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** The latest time that the store has seen, as far as it is in the file and not in its log alone. */
function latestTime(file: string): number {
  try {
    return look(file, (database) => {
      const row = database.prepare('SELECT latest FROM clock WHERE id = 1').get()
      return (row as { readonly latest: number } | undefined)?.latest ?? -Infinity
    })
  } catch {
    return -Infinity
  }
}

function look<T>(file: string, ask: (database: Database.Database) => T): T {
  // `immutable`: neither locks nor files of its own. What somebody changes meanwhile looks damaged.
  const database = new Database(`${pathToFileURL(file).href}?immutable=1`, { readonly: true })
  try {
    return ask(database)
  } finally {
    database.close()
  }
}
