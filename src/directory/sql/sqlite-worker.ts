import { accessSync, constants } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'libsql'
import { MAX_ANSWERS } from '../source.js'

/** What the thread is asked. */
export interface SqliteQuestion {
  readonly values: readonly string[]
}

/** What it answers: names and values of columns. */
export type SqliteAnswer =
  | { readonly rows: readonly (readonly (readonly [string, unknown])[])[] }
  | { readonly code: string; readonly detail: string }

const { file, query } = workerData as { readonly file: string; readonly query: string }

parentPort?.on('message', ({ values }: SqliteQuestion) => {
  parentPort?.postMessage(answerTo(values))
})

// As of a server of a database.
const MAX_ANSWER = 1024 * 1024

// Opened anew for each question: the file may be another one by now, and opening takes less than a millisecond.
function answerTo(values: readonly string[]): SqliteAnswer {
  let database: Database.Database | undefined
  try {
    // Of a file that it cannot open, libsql says no code and a number.
    accessSync(file, constants.R_OK)
    // libsql 0.5 has an option readonly and does not mind it; what SQLite itself reads in a URI holds.
    database = new Database(`${pathToFileURL(file).href}?mode=ro`)
    let size = 0
    const rows: (readonly [string, unknown])[][] = []
    for (const row of database.prepare(query).iterate(...values)) {
      const entries = Object.entries(row as object)
      size += entries.reduce((sum, [, value]) => sum + sizeOf(value), 0)
      if (size > MAX_ANSWER) return { code: 'SQLITE_TOOBIG', detail: 'Its answer is too long.' }
      rows.push(entries)
      if (rows.length >= MAX_ANSWERS) break
    }
    return { rows }
  } catch (error) {
    const { code, message = '' } = error as { code?: string; message?: string }
    return { code: code === undefined || code === '' ? 'ERROR' : code, detail: message }
  } finally {
    database?.close()
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return value instanceof Uint8Array ? value.byteLength : 0
}
