import type { Response } from 'express'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { AppContext } from '../context.js'
import { STATUS } from '../middleware/error-handler.js'
import { invitationView } from './invitation-view.js'

/**
 * Sends the first page of an invitation that has not ended.
 *
 * @param problem what is wrong with the code that was typed
 */
export function sendFirstPage(
  context: AppContext,
  held: HeldInvitation,
  response: Response,
  problem?: { readonly message: string; readonly hint?: string },
): void {
  const isLocked = held.record.passcode?.triesLeft === 0
  if (isLocked || problem !== undefined) response.status(STATUS.code_required)
  response.type('html').send(context.pages.invitation(invitationView(context, held, problem)))
}
