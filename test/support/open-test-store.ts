import { openStore } from '../../src/store/open-store.js'
import { openSqliteStore } from '../../src/store/sqlite/store.js'
import type { StoreOptions } from '../../src/server/surroundings.js'
import type { Store } from '../../src/invitations/store.js'

// A worker thread runs from the build, and nothing else does here.
const WORKER = new URL('../../dist/store/sqlite/worker.js', import.meta.url)

/** Opens a store as the program does. */
export function openTestStore(location: string, more: StoreOptions = {}): Promise<Store> {
  const options = { ...more, now: Date.now, elapsed: () => performance.now() }
  return location.startsWith('sqlite:')
    ? openSqliteStore({ file: location.slice('sqlite:'.length), ...options, worker: WORKER })
    : openStore(location, options)
}
