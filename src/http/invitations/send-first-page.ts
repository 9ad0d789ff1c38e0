import type { Response } from 'express'
import type { HeldInvitation } from '../../invitations/invitations.js'
import type { Pages } from '../pages/pages.js'
import type { PasscodeProblem } from '../pages/views.js'
import { STATUS } from '../middleware/error-handler.js'
import { invitationView, type InvitationViewOptions } from './view.js'

export interface FirstPageOptions extends InvitationViewOptions {
  readonly pages: Pages
}

/**
 * Sends the first page of an invitation that has not ended.
 *
 * @param problem what is wrong with the passcode that was typed
 */
export function sendFirstPage(
  options: FirstPageOptions,
  held: HeldInvitation,
  response: Response,
  problem?: PasscodeProblem,
): void {
  const isLocked = held.record.passcode?.triesLeft === 0
  if (isLocked || problem !== undefined) response.status(STATUS.code_required)
  const pages = options.pages.for(response.req, held.person?.language)
  response.type('html').send(pages.invitation(invitationView(options, held, problem)))
}
