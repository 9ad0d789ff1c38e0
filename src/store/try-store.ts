import type { StoreClocks } from '../invitations/clock.js'
import { openStore } from './open-store.js'
import type { StoreTrial } from '../invitations/store.js'

/**
 * Finds out whether `openStore` would open a store.
 *
 * @throws MailProfileError as `openStore`
 */
export async function tryStore(
  location: string,
  options: StoreClocks & { readonly replicas?: number | undefined },
): Promise<StoreTrial> {
  if (location.startsWith('sqlite:')) {
    const { trySqlite } = await import('./sqlite/try.js')
    return trySqlite(location.slice('sqlite:'.length), options.now)
  }
  if (/^rediss?:/.test(location)) {
    const { openRedisStore } = await import('./redis/store.js')
    const { replicas, elapsed } = options
    return openRedisStore(location, { replicas, elapsed, isTrial: true })
  }
  return openStore(location, options)
}
