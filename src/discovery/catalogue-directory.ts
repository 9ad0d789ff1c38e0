import type { Address } from '../account/address.js'
import type { Catalogue } from '../providers/catalogue.js'
import type { DomainSettings } from '../providers/domain-settings.js'

/** Who wants settings, as far as a search has to know it. */
export interface Asker {
  /**
   * Any word that is the same for all that one client asks, such as its network: each has a share of
   * what is done at the same time. Whoever is not named has no share of its own, and is not held to one.
   */
  readonly client?: string | undefined
  /**
   * Aborted by whoever does not wait any longer: `AbortSignal.timeout(3000)`, say. A search that has begun goes
   * on, for others and the next time.
   */
  readonly signal?: AbortSignal | undefined
}

/** The settings of any address: from the catalogue, or else, where that is switched on, from outside. */
export interface Directory {
  /** Whether it may find what nobody configured; so it is taken where it does not say. */
  readonly searches?: boolean
  /**
   * Settings of an address, of which `providerAccount` makes an account.
   *
   * @throws MailProfileError `unknown_domain`, whose cause is a `SearchedInVain`
   *   if there was a search; `oauth_only` or `unsupported_account` when all that was found cannot be
   *   used; `too_many_requests` while too many searches run,
   *   in all, for this client, or for names of one registered domain. The reason of `asker.signal` when that is
   *   aborted
   */
  find(address: Address, asker?: Asker): Promise<DomainSettings>
}

/** The settings that somebody configured, and no others. */
export function catalogueDirectory(catalogue: () => Catalogue): Directory {
  return {
    searches: false,
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown has to reject
    find: async (address) => catalogue().find(address),
  }
}
