import { MailProfileError } from '../errors.js'
import type { StoreClocks } from '../invitations/clock.js'
import type { Store } from '../invitations/store.js'

/** How `openStore` opens it. The clocks are the machine's own where they are not given; Redis has its own. */
export interface OpenStoreOptions extends Partial<StoreClocks> {
  /** How many replicas of Redis have to have a step before it counts. */
  readonly replicas?: number | undefined
  /** Called once it is for others to open it: SQLite's thread, or a server. */
  readonly onBegun?: (() => void) | undefined
}

/**
 * Opens a store by its place: `sqlite:FILE`, `redis://HOST`, `rediss://HOST` or `memory:`.
 *
 * @throws MailProfileError `store_unavailable` or `invalid_configuration`, that says what to do and never
 *   holds a password
 *
 * @example
 * ```ts
 * import { openStore } from 'mailprofile'
 *
 * const store = await openStore('sqlite:invitations.db')
 * console.log((await store.list({ limit: 10 })).invitations.length) // 0
 * await store.close()
 * ```
 */
export async function openStore(
  location: string,
  { now = Date.now, elapsed, replicas, onBegun }: OpenStoreOptions = {},
): Promise<Store> {
  // Each is loaded when it is used: the others need not even be installed.
  switch (/^[a-z]+:/.exec(location)?.[0]) {
    case 'memory:':
      return (await import('./memory/store.js')).createMemoryStore({ now, elapsed })
    case 'sqlite:': {
      const { openSqliteStore } = await import('./sqlite/store.js')
      const opening = openSqliteStore({ file: location.slice('sqlite:'.length), now, elapsed })
      onBegun?.()
      return opening
    }
    case 'redis:':
    case 'rediss:': {
      const { openRedisStore } = await import('./redis/store.js')
      const opening = openRedisStore(location, { replicas, elapsed })
      onBegun?.()
      return opening
    }
    default:
      // The place itself may hold a password.
      throw new MailProfileError('invalid_configuration', 'There is no such kind of store.', {
        hint: 'Use sqlite:FILE, redis://HOST, rediss://HOST or memory:.',
      })
  }
}
