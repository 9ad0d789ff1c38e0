import type { Request } from 'express'
import { MailProfileError } from '../../errors.js'
import type { HeldInvitation, Invitations } from '../../invitations/invitations.js'
import { say } from '../../messages/text.js'
import { clientAddress } from '../request/client-address.js'
import type { Limits } from '../middleware/limits.js'
import { requireClient } from '../request/gone.js'

/** Where invitations are, and what counts links that are none. */
export interface InvitationDoor {
  readonly invitations: Invitations
  readonly limits: Limits
}

/**
 * The invitation of a link. A true one never counts against its client's address: a whole school comes
 * from one.
 *
 * @throws MailProfileError `not_found`, the same for whatever is no true link; `too_many_requests` after
 *   too many of them; `store_unavailable`
 * @throws Gone
 */
export async function openInvitation(
  { invitations, limits }: InvitationDoor,
  request: Request,
  token: string,
): Promise<HeldInvitation> {
  const held = await invitations.open(token)
  if (held !== undefined) {
    requireClient(request)
    return held
  }
  await limits.wrong(clientAddress(request))
  throw noSuchInvitation()
}

/** Refuses a path that no link has, with the same work and the same words as a link that nobody made. */
export async function refuseLink(door: InvitationDoor, request: Request): Promise<void> {
  // A true link with something behind it that is nothing is refused as well, but counts as no wrong one.
  const [token = ''] = request.path.slice(1).split('/')
  await openInvitation(door, request, token)
  throw noSuchInvitation()
}

function noSuchInvitation(): MailProfileError {
  return new MailProfileError('not_found', say('errors.link.unknown'), {
    hint: say('errors.link.incomplete'),
  })
}
