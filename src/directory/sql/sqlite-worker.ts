import { accessSync, constants } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'libsql'
import { MAX_ANSWERS } from '../source.js'
import { PIECE } from './list-statement.js'

/** What the thread is asked: the first rows, all rows from the first piece on, or the next piece of these. */
export interface SqliteQuestion {
  readonly values: readonly string[]
  readonly want: 'first' | 'all' | 'more'
}

/** Names and values of columns. */
type SqliteRow = readonly (readonly [string, unknown])[]

/** What it answers; after all rows comes a piece without any. */
export type SqliteAnswer =
  { readonly rows: readonly SqliteRow[] } | { readonly code: string; readonly detail: string }

const { file, query } = workerData as { readonly file: string; readonly query: string }

let listing: Generator<readonly SqliteRow[]> | undefined

parentPort?.on('message', ({ values, want }: SqliteQuestion) => {
  parentPort?.postMessage(want === 'first' ? answerTo(values) : nextPiece(values, want))
})

// As of a server of a database.
const MAX_ANSWER = 1024 * 1024

const TOO_BIG = { code: 'SQLITE_TOOBIG', detail: 'Its answer is too long.' }

// Opened anew for each question: the file may be another one by now, and opening takes less than a millisecond.
function open(): Database.Database {
  // Of a file that it cannot open, libsql says no code and a number.
  accessSync(file, constants.R_OK)
  // libsql 0.5 has an option readonly and does not mind it; what SQLite itself reads in a URI holds.
  return new Database(`${pathToFileURL(file).href}?mode=ro`)
}

function answerTo(values: readonly string[]): SqliteAnswer {
  let database: Database.Database | undefined
  try {
    database = open()
    let size = 0
    const rows: SqliteRow[] = []
    for (const row of database.prepare(query).iterate(...values)) {
      const entries = Object.entries(row as object)
      size += lengthOf(entries)
      if (size > MAX_ANSWER) return TOO_BIG
      rows.push(entries)
      if (rows.length >= MAX_ANSWERS) break
    }
    return { rows }
  } catch (error) {
    return failure(error)
  } finally {
    database?.close()
  }
}

function nextPiece(values: readonly string[], want: 'all' | 'more'): SqliteAnswer {
  try {
    if (want === 'all') listing = piecesOf(values)
    const next = listing?.next()
    return { rows: next === undefined || next.done === true ? [] : next.value }
  } catch (error) {
    return failure(error)
  }
}

function* piecesOf(values: readonly string[]): Generator<readonly SqliteRow[]> {
  const database = open()
  try {
    let size = 0
    let rows: SqliteRow[] = []
    for (const row of database.prepare(query).iterate(...values)) {
      const entries = Object.entries(row as object)
      size += lengthOf(entries)
      rows.push(entries)
      if (rows.length < PIECE && size < MAX_ANSWER) continue
      yield rows
      rows = []
      size = 0
    }
    if (rows.length > 0) yield rows
  } finally {
    database.close()
  }
}

function failure(error: unknown): SqliteAnswer {
  const { code, message = '' } = error as { code?: string; message?: string }
  return { code: code === undefined || code === '' ? 'ERROR' : code, detail: message }
}

function lengthOf(row: SqliteRow): number {
  return row.reduce((sum, [, value]) => sum + sizeOf(value), 0)
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return value instanceof Uint8Array ? value.byteLength : 0
}
