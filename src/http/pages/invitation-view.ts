import { endOf, type InvitationRecord } from '../../store/record.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { AppContext } from '../context.js'
import { timeView } from './time-view.js'
import type { InvitationView, OfferView } from './views.js'

const MINUTE = 60 * 1000

/** The first page of an invitation that has not ended: it leads to nothing that is counted. */
export function invitationView(
  { baseUrl, contact }: Pick<AppContext, 'baseUrl' | 'contact'>,
  { record, person }: HeldInvitation,
  problem?: { readonly message: string; readonly hint?: string },
): InvitationView {
  return {
    host: new URL(baseUrl).host,
    address: person?.address,
    offer: offerView(record),
    contact,
    code: record.code && { triesLeft: record.code.triesLeft, problem },
  }
}

/** How long and how often an invitation can still be used. */
export function offerView(record: InvitationRecord): OfferView {
  const { used, downloads, window } = record
  return { used, downloads, ends: timeView(endOf(record)), window: Math.round(window / MINUTE) }
}
