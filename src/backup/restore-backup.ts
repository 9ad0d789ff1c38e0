import type { Restoration, StoreEntry } from '../invitations/entries.js'
import type { Store } from '../invitations/store.js'

/** How many entries are under way at a time: SQLite writes them in one transaction. */
const AT_ONCE = 256

/** How many entries came to what. */
export type RestoredCounts = Readonly<Record<Restoration, number>>

/**
 * Gives the entries of a backup to a store. It may be begun again after a failure: what is there already
 * stays as it is.
 *
 * @throws MailProfileError `store_unavailable`, and as the entries do
 */
export async function restoreEntries(
  store: Pick<Store, 'restore'>,
  entries: AsyncIterable<StoreEntry>,
): Promise<RestoredCounts> {
  const counts = { added: 0, joined: 0, known: 0, over: 0 }
  let batch: StoreEntry[] = []
  const flush = async () => {
    for (const outcome of await Promise.all(batch.map((entry) => store.restore(entry)))) {
      counts[outcome]++
    }
    batch = []
  }
  for await (const entry of entries) {
    batch.push(entry)
    if (batch.length === AT_ONCE) await flush()
  }
  await flush()
  return counts
}
