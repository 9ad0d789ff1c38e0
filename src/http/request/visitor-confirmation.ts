import type { Request } from 'express'
import { wereFound, type DomainSettings } from '../../providers/domain-settings.js'
import { passwordHosts } from '../../discovery/password-hosts.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { accountQuery, CONFIRMED, type AccountRequest } from './account-request.js'
import { clientAddress, networkOf } from './client-address.js'
import type { Confirmation, Confirmations } from './confirmations.js'
import { queryParameter } from './query.js'

/** What remembers that visitors agreed, and where they do. */
export interface ConfirmingServer {
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** Remembers what a person agreed to, for as long as the visit. */
  readonly confirmations: Confirmations
}

/** What the visitor of a page is asked to agree to. */
export function confirmationOf(
  request: Request,
  { address }: Pick<AccountRequest, 'address'>,
  { provider }: Pick<DomainSettings, 'provider'>,
): Confirmation {
  return {
    address,
    hosts: passwordHosts(provider, address),
    network: networkOf(clientAddress(request)),
  }
}

/**
 * Refuses settings that were found to whoever has not agreed to them on the setup page, in this visit.
 *
 * @throws MailProfileError `confirmation_required`, which says where that page is
 */
export function requireVisitorConfirmation(
  { baseUrl, confirmations }: ConfirmingServer,
  request: Request,
  wanted: AccountRequest,
  settings: DomainSettings,
): void {
  if (!wereFound(settings)) return
  const note = queryParameter(request, CONFIRMED)
  if (confirmations.holds('agreed', note, confirmationOf(request, wanted, settings))) return
  throw new MailProfileError(
    'confirmation_required',
    say('errors.http.confirm', { source: settings.source }),
    {
      hint: say('errors.http.openSetup', { link: `${baseUrl}/setup${accountQuery(wanted)}` }),
      field: CONFIRMED,
    },
  )
}
