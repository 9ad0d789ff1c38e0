import type Database from 'libsql'
import { BUSY_TIMEOUT } from './database.js'

const DELAY = 1000

/**
 * Gets rid of the write-ahead log, which has the bytes that were erased from the database itself, some
 * time after the erasure: one go for all of a second. While another process reads, it is tried again.
 */
export function createErasure(database: Database.Database) {
  let timer: NodeJS.Timeout | undefined

  function truncate(): void {
    timer = undefined
    // Nobody here shall wait for a reader elsewhere.
    database.pragma('busy_timeout = 0')
    try {
      const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[]
      if (result?.busy !== 0) schedule()
    } catch {
      schedule()
    } finally {
      database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`)
    }
  }

  function schedule(): void {
    timer ??= setTimeout(truncate, DELAY)
  }

  return {
    schedule,
    /** Once more, before the database is closed. */
    finish(): void {
      if (timer === undefined) return
      clearTimeout(timer)
      truncate()
      clearTimeout(timer)
    },
  }
}
