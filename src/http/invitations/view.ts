import { domainOf } from '../../account/address.js'
import { offersMail } from '../../account/mail-service.js'
import { shownAddress } from '../../account/shown-domain.js'
import { endOf, type InvitationRecord } from '../../invitations/record.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { InvitedPerson } from '../../invitations/person.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { collectionsView, type CollectionsView } from '../pages/collections-view.js'
import type { InvitationView, OfferView, PasscodeProblem } from '../pages/views.js'

const MINUTE = 60 * 1000

export interface InvitationViewOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly now: () => Date
  /** The catalogue of the moment. */
  readonly catalogue: () => Catalogue
}

/** The first page of an invitation that has not ended: it leads to nothing that is counted. */
export function invitationView(
  { baseUrl, now, catalogue }: InvitationViewOptions,
  { record, person }: HeldInvitation,
  problem?: PasscodeProblem,
): InvitationView {
  return {
    host: new URL(baseUrl).host,
    shownAddress: person && shownAddress(person.address),
    collections: person && collectionsFor(person, catalogue()),
    offer: offerView(record, now()),
    passcode: record.passcode && { triesLeft: record.passcode.triesLeft, problem },
  }
}

function collectionsFor(
  { address }: InvitedPerson,
  catalogue: Catalogue,
): CollectionsView | undefined {
  const provider = catalogue.forDomain(domainOf(address))?.provider
  return provider === undefined || offersMail(provider) ? undefined : collectionsView(provider)
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
