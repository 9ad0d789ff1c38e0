import type { Catalogue } from '../providers/catalogue.js'
import { configured, type FoundSettings } from './found-settings.js'

/** The settings of any address: from the catalogue, or else, where that is switched on, from outside. */
export interface Directory {
  /**
   * @throws MailProfileError `invalid_address`; `unknown_domain`, whose cause is a `SearchedInVain`
   *   if there was a search; `oauth_only` or `unsupported_account` when all that was found cannot be
   *   used; `too_many_requests` while too many searches run
   */
  find(address: string): Promise<FoundSettings>
}

/** The settings that somebody configured, and no others. */
export function catalogueDirectory(catalogue: () => Catalogue): Directory {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown has to reject
    find: async (address) => configured(catalogue().find(address)),
  }
}
