import { openStore, type OpenStoreOptions } from './open-store.js'
import type { StoreTrial } from '../invitations/store.js'

/**
 * Finds out whether `openStore` would open a store.
 *
 * @throws MailProfileError as `openStore`
 */
export async function tryStore(
  location: string,
  { now = Date.now, replicas }: Omit<OpenStoreOptions, 'elapsed'> = {},
): Promise<StoreTrial> {
  if (location.startsWith('sqlite:')) {
    const { trySqlite } = await import('./sqlite/try.js')
    return trySqlite(location.slice('sqlite:'.length), now)
  }
  if (/^rediss?:/.test(location)) {
    const { openRedisStore } = await import('./redis/store.js')
    return openRedisStore(location, { replicas, isTrial: true })
  }
  return openStore(location, { now, replicas })
}
