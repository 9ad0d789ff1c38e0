import { shownAddress } from '../../account/shown-domain.js'
import { endOf, type InvitationRecord } from '../../invitations/record.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { InvitationView, OfferView, PasscodeProblem } from '../pages/views.js'

const MINUTE = 60 * 1000

/** The first page of an invitation that has not ended: it leads to nothing that is counted. */
export function invitationView(
  { baseUrl, now }: { readonly baseUrl: string; readonly now: () => Date },
  { record, person }: HeldInvitation,
  problem?: PasscodeProblem,
): InvitationView {
  return {
    host: new URL(baseUrl).host,
    shownAddress: person && shownAddress(person.address),
    offer: offerView(record, now()),
    passcode: record.passcode && { triesLeft: record.passcode.triesLeft, problem },
  }
}

/** How long and how often an invitation can still be used. */
export function offerView(record: InvitationRecord, now: Date): OfferView {
  const { used, downloads, window, openedAt } = record
  const end = endOf(record)
  // The store's clock, not this one, says when it is over.
  const left = Math.max(1, Math.ceil((end - now.getTime()) / MINUTE))
  const most = Math.round(window / MINUTE)
  return {
    used,
    downloads,
    ends: end,
    window: most,
    opened: openedAt,
    minutesLeft: openedAt === undefined ? left : Math.min(left, most),
  }
}
