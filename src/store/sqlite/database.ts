import {
  chmodSync,
  closeSync,
  fchownSync,
  mkdirSync,
  openSync,
  statSync,
  type Stats,
} from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'
import { MailProfileError } from '../../errors.js'
import { isKnownLayout, NEWER_HINT, newerReason, takeSteps } from './layout.js'
import { APPLICATION_ID } from './schema.js'

/** How many milliseconds a writer waits for another one. */
export const BUSY_TIMEOUT = 5000
const BUSY_PAUSE = 20
/** Reading and writing, for whoever is neither owner nor of the group. */
const OTHERS = 0o006

/**
 * Opens the file of the store, or makes it, readable for its owner alone. What SQLite puts beside it
 * gets the same permissions from SQLite.
 *
 * @throws MailProfileError `store_unavailable` that names the file and says what to do
 */
export function openDatabase(file: string): Database.Database {
  makeFile(file)
  try {
    const database = new Database(file)
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`)
    prepare(database, file)
    return database
  } catch (error) {
    if (error instanceof MailProfileError) throw error
    throw refusal(file, sqliteReason(error), error)
  }
}

/** Which file it is: another one may come to lie at the same path. */
export function fileIdentity(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}

function makeFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // One that is there is not opened: to close it would take away the locks that other threads of this
    // process have on it.
    const stats = statSync(file, { throwIfNoEntry: false }) ?? makeNew(file)
    if (!stats.isFile()) throw refusal(file, 'it is no file')
    // What lies beside it, where it was left behind.
    for (const end of ['', '-wal', '-shm']) keepPrivate(file + end)
  } catch (error) {
    if (error instanceof MailProfileError) throw error
    throw refusal(file, sqliteReason(error), error)
  }
}

// Before SQLite does it, which would make it readable for others.
function makeNew(file: string): Stats {
  try {
    // Exclusively: not at the end of a link that somebody else has put there.
    const descriptor = openSync(file, 'wx', 0o600)
    try {
      giveToFoldersOwner(descriptor, file)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw refusal(file, 'it is a link that leads nowhere')
  return stats
}

// A command of root's may be first in the folder of a service, which could not open it else. What SQLite puts
// beside it goes to the owner of the file in the same way.
function giveToFoldersOwner(descriptor: number, file: string): void {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = statSync(dirname(file))
  try {
    fchownSync(descriptor, uid, gid)
  } catch {
    // Some file systems have no owners, and root of a container is not everybody's.
  }
}

// References, names of keys and times stand there in clear, and whoever changes it revives what is over.
// A group may, and Windows has no such modes.
function keepPrivate(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined || !isOpenToAll(stats)) return
  try {
    chmodSync(file, 0o600)
  } catch (error) {
    // Another process has taken the log away meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw refuseOpenToAll(file, error)
  }
}

/** Whether every user of this machine can read or change a file. */
export function isOpenToAll({ mode }: Pick<Stats, 'mode'>): boolean {
  return process.getuid !== undefined && (mode & OTHERS) !== 0
}

/** The refusal of such a file where this user may not change that. */
export function refuseOpenToAll(file: string, cause?: unknown): MailProfileError {
  return refusal(file, 'every user of this machine can read or change it', cause, {
    hint: `It belongs to somebody else: chmod 600 ${file}, or name another file in store.`,
  })
}

function prepare(database: Database.Database, file: string): void {
  checkSchema(database, file)
  useLog(database, file)
  database.pragma('synchronous = FULL')
  database.pragma('secure_delete = ON')
  database.transaction(() => takeSteps(database, !checkSchema(database, file))).immediate()
}

function useLog(database: Database.Database, file: string): void {
  // Another process may be doing the same to a new file, and SQLite does not always wait for it.
  const until = Date.now() + BUSY_TIMEOUT
  for (;;) {
    try {
      if (pragma(database, 'journal_mode') === 'wal') return
      if (pragma(database, 'journal_mode = WAL') === 'wal') return
      throw refusal(file, 'its file system allows no write-ahead log')
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE)
    }
  }
}

/** Whether a database has our tables; false for an empty one. */
function checkSchema(database: Database.Database, file: string): boolean {
  if (pragma(database, 'application_id') === APPLICATION_ID) {
    if (isKnownLayout(Number(pragma(database, 'user_version')))) return true
    throw refuseNewer(database, file)
  }
  const [row] = database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').all()
  if (row !== undefined) throw refusal(file, 'it is the database of another program')
  return false
}

/**
 * What has to be asked before each step on an open file: a newer version may have come to it meanwhile.
 *
 * @throws MailProfileError `store_unavailable` when the file is one for newer versions alone
 */
export function createVersionCheck(database: Database.Database, file: string): () => void {
  const ask = database.prepare('PRAGMA user_version')
  return () => {
    const { user_version: userVersion } = ask.get() as { readonly user_version: number }
    if (!isKnownLayout(userVersion)) throw refuseNewer(database, file)
  }
}

/** The refusal of a file that a newer version has changed so that this one would spoil it. */
export function refuseNewer(database: Database.Database, file: string): MailProfileError {
  return refusal(file, newerReason(database), undefined, { hint: NEWER_HINT })
}

function pragma(database: Database.Database, text: string): unknown {
  const [row] = database.pragma(text) as readonly Readonly<Record<string, unknown>>[]
  return row === undefined ? undefined : Object.values(row)[0]
}

/** Whether another process has the file for itself. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['ENOTDIR', 'its folder is a file'],
  ['EEXIST', 'its folder is a file'],
  ['SQLITE_NOTADB', 'it is no SQLite database'],
  ['SQLITE_CORRUPT', 'it is damaged'],
  ['SQLITE_READONLY', 'this user may not write there'],
  ['SQLITE_CANTOPEN', 'this user may not write there'],
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_BUSY', 'another process has locked it'],
])

/** What is wrong with a file, in the words of a sentence. */
export function sqliteReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '' } = error as NodeJS.ErrnoException
  // SQLite's longer codes say more than we need: SQLITE_READONLY_DIRECTORY.
  return REASONS.get(/^(?:SQLITE_)?[A-Z]+/.exec(code)?.[0] ?? '') ?? error.message
}

/** @param reason what is wrong with it, in the words of a sentence */
export function refusal(
  file: string,
  reason: string,
  cause?: unknown,
  { hint = 'Make the file and its folder writable, or name another file in store.' } = {},
): MailProfileError {
  return new MailProfileError(
    'store_unavailable',
    `Invitations cannot be kept in ${file}: ${reason}.`,
    { hint, cause },
  )
}
