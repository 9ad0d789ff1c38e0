import { MailProfileError } from '../errors.js'
import { Invitations } from '../invitations/invitations.js'
import type { Store } from '../invitations/store.js'
import type { Io } from './io.js'
import { openConfiguredStore, type StoreConfig } from '../server/configured-store.js'

/**
 * Does some work with the invitations of the configured store.
 *
 * @throws as `withStore`
 */
export function withInvitations<T>(
  config: StoreConfig,
  io: Io,
  work: (invitations: Invitations) => Promise<T>,
): Promise<T> {
  return withStore(config, io, (store) => work(new Invitations({ store })))
}

/**
 * Does some work with the configured store.
 *
 * @param work gets the store, and where it is, for people
 * @throws MailProfileError `invalid_configuration` for a store that ends with this program;
 *   `store_unavailable`
 */
export async function withStore<T>(
  config: StoreConfig,
  io: Io,
  work: (store: Store, place: string) => Promise<T>,
): Promise<T> {
  const { store, place, isMemory, warnings } = await openConfiguredStore(config, io)
  try {
    if (isMemory) {
      throw new MailProfileError(
        'invalid_configuration',
        'The store is the memory of one program, so no server would know what is in it.',
        {
          hint:
            warnings[0] ?? 'Set store in the configuration, such as sqlite:data/mailprofile.db.',
          field: 'store',
        },
      )
    }
    return await work(store, place)
  } finally {
    await store.close()
  }
}
