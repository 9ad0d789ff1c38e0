import type { RenderContext } from '../formats/format.js'
import type { MailService } from '../account/mail-service.js'
import { accountQuery, type AccountRequest } from './account-request.js'
import type { AppContext } from './context.js'

/** What formats may know of this server, for one account. */
export function renderContext(
  { baseUrl, offeredBy, androidIntent, pacc }: AppContext,
  wanted: AccountRequest,
  service: MailService,
): RenderContext {
  return {
    publicUrl: `${baseUrl}/setup${accountQuery(wanted)}`,
    organization: offeredBy,
    androidIntent,
    service,
    pacc,
  }
}
