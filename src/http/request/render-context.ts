import type { RenderContext } from '../../formats/format.js'
import type { FoundSettings } from '../../discovery/found-settings.js'
import { accountQuery, type AccountRequest } from './account-request.js'
import type { AppContext } from '../context.js'
import { organizationOf } from './signing-policy.js'

/** What formats may know of this server, for one account. */
export function renderContext(
  { baseUrl, offeredBy, androidIntent, pacc }: AppContext,
  wanted: AccountRequest,
  found: Pick<FoundSettings, 'provider' | 'voucher'>,
): RenderContext {
  return {
    publicUrl: `${baseUrl}/setup${accountQuery(wanted)}`,
    ...organizationOf(found, offeredBy),
    androidIntent,
    service: found.provider,
    pacc,
  }
}
