import type { Response } from 'express'
import { hasEnded } from '../../invitations/record.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { Pages } from '../pages/pages.js'
import { STATUS } from '../middleware/error-handler.js'
import { wantsPage } from '../request/wants-page.js'
import { invitationEnd, type Offerer } from './end.js'

export interface InvitationEndOptions extends Offerer {
  readonly pages: Pages
}

/**
 * Sends the page of an invitation that has ended.
 *
 * @returns false when it has not
 * @throws MailProfileError `invitation_spent`, `invitation_expired` or `invitation_revoked` for whoever
 *   is no browser
 */
export function sendInvitationEnd(
  options: InvitationEndOptions,
  { record, state, person }: HeldInvitation,
  response: Response,
): boolean {
  if (!hasEnded(state)) return false
  const { error, view } = invitationEnd(options, record, state)
  if (!wantsPage(response.req)) throw error
  const status = STATUS[error.code]
  response.status(status).type('html')
  response.send(
    options.pages.for(response.req, person?.language).invitationEnded({ ...view, status }),
  )
  return true
}
