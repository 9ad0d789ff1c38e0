import type Database from 'libsql'

/**
 * Where sealed bytes lie in the database. `secure_delete` overwrites what is deleted, but not the copies
 * that SQLite leaves in the unused part of a page when it moves rows between pages. Rows are moved when
 * they grow, shrink, go away, or come between others. So the rows of this table do none of that: a slot
 * keeps its size for ever, is added at the end, is overwritten with zeros where it lies, and is used
 * again for bytes of the same length, of which there are few lengths because what is sealed is padded.
 *
 * @param onErase told of each erasure: the write-ahead log still has the bytes
 */
export function createSlots(database: Database.Database, onErase: () => void) {
  const findFree = database.prepare('SELECT slot FROM slots WHERE free = 1 AND size = ? LIMIT 1')
  const add = database.prepare('INSERT INTO slots (size, free, bytes) VALUES (?, 0, ?)')
  const fill = database.prepare('UPDATE slots SET free = 0, bytes = ? WHERE slot = ?')
  const empty = database.prepare('UPDATE slots SET free = 1, bytes = zeroblob(size) WHERE slot = ?')
  const read = database.prepare('SELECT bytes FROM slots WHERE slot = ?')

  return {
    /** Keeps bytes and gives the slot they are in. */
    put(bytes: Uint8Array): number {
      const free = findFree.get(bytes.length) as { readonly slot: number } | undefined
      if (free === undefined) return Number(add.run(bytes.length, bytes).lastInsertRowid)
      fill.run(bytes, free.slot)
      return free.slot
    },
    get(slot: number): Uint8Array {
      const { bytes } = read.get(slot) as { readonly bytes: ArrayBuffer }
      return new Uint8Array(bytes)
    },
    erase(slot: number): void {
      empty.run(slot)
      onErase()
    },
  }
}

export type Slots = ReturnType<typeof createSlots>
