import type Database from 'libsql'

// Each is a page more for the disk.
const INTERVAL = 1000

/** The latest time that the processes on a database have seen, so that a restart does not forget it. */
export function createKeptTime(database: Database.Database) {
  const find = database.prepare('SELECT latest FROM clock WHERE id = 1')
  const write = database.prepare('INSERT OR REPLACE INTO clock (id, latest) VALUES (1, ?)')
  let known = -Infinity

  return {
    read(): number {
      const row = find.get() as { readonly latest: number } | undefined
      return (known = row?.latest ?? -Infinity)
    },
    /** Within a transaction that writes anyway, after `read`. */
    keep(now: number): void {
      if (now - known >= INTERVAL) write.run(now)
    },
  }
}
