import type { Response } from 'express'
import { hasEnded } from '../../invitations/record.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { AppContext } from '../context.js'
import { STATUS } from '../middleware/error-handler.js'
import { invitationEnd } from './invitation-end.js'

/**
 * Sends the page of an invitation that has ended.
 *
 * @returns false when it has not
 * @throws MailProfileError `invitation_spent`, `invitation_expired` or `invitation_revoked` for whoever
 *   is no browser
 */
export function sendInvitationEnd(
  context: AppContext,
  { record, state }: HeldInvitation,
  response: Response,
): boolean {
  if (!hasEnded(state)) return false
  const { error, view } = invitationEnd(context, record, state)
  if (!(response.req.get('Accept') ?? '').includes('text/html')) throw error
  const status = STATUS[error.code]
  response.status(status).type('html')
  response.send(context.pages.invitationEnded({ ...view, status }))
  return true
}
