import type { AndroidIntentTarget, PaccRevision, RenderContext } from '../../formats/format.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import type { Tag } from '../../texts/languages.js'
import { accountQuery, type AccountRequest } from './account-request.js'
import { organizationOf } from './signing-policy.js'

/** What formats may know of a server, whatever the account. */
export interface RenderingServer {
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** Who offers the pages, as people see it. */
  readonly offeredBy: string
  /** The operator's own Android app. */
  readonly androidIntent: AndroidIntentTarget | undefined
  /** The revision of the PACC draft that is served, if any. */
  readonly pacc: PaccRevision | undefined
  /** False where no profiles are offered by which people sign in at their provider. */
  readonly signInProfiles: boolean
}

/** The same with what depends on the account. */
export function renderContext(
  { baseUrl, offeredBy, androidIntent, pacc, signInProfiles }: RenderingServer,
  wanted: AccountRequest,
  settings: Pick<DomainSettings, 'provider' | 'voucher'>,
  language?: Tag,
): RenderContext {
  return {
    publicUrl: `${baseUrl}/setup${accountQuery(wanted)}`,
    organization: organizationOf(settings, offeredBy),
    androidIntent,
    service: settings.provider,
    pacc,
    signInProfiles,
    language,
  }
}
