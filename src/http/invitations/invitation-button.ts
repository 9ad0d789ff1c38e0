import { Router, type Request, type Response } from 'express'
import { queryValues } from '../../encoding/uri.js'
import { parsePasscode } from '../../invitations/passcode.js'
import { hasEnded } from '../../invitations/record.js'
import type { HeldInvitation, Invitations } from '../../invitations/invitations.js'
import { clientAddress } from '../request/client-address.js'
import type { AppContext } from '../context.js'
import { whileWaited } from '../request/gone.js'
import { openInvitation } from './held-invitation.js'
import { createReadForm } from '../middleware/read-form.js'
import { sendFirstPage } from './send-first-page.js'
import { sendInvitationEnd } from './send-invitation-end.js'
import { closeIfUnread } from '../request/unread-body.js'

const readForm = createReadForm('1kb')

const NO_CODE = { message: 'The code has six digits.', hint: 'Type all of them.' }
const WRONG_CODE = { message: 'This is not the code.', hint: 'Check it and type it again.' }

/**
 * `POST /i/:token`: the button of the first page, with the code where one is wanted. It leads on to the
 * page that has the links, and counts as no download.
 *
 * Another site could make a browser send it, but would have to know the link, and whoever knows that can
 * send it as well: so nothing is asked for against it.
 */
export function invitationButton(context: AppContext, invitations: Invitations): Router {
  const router = Router()
  router.post(
    '/i/:token',
    async (request: Request<{ token: string }, unknown, unknown>, response) => {
      const { token } = request.params
      const held = await openInvitation(context, invitations, request, token)
      // The link first: nobody waits for a form that changes nothing.
      const typed = wantsCode(held) ? typedCode(await readForm(request, response)) : ''
      closeIfUnread(request, response)
      if (sendInvitationEnd(context, held, response)) return
      const { passcode } = held.record
      if (passcode === undefined) {
        sendOn(context, token, response)
        return
      }
      if (passcode.triesLeft === 0 || parsePasscode(typed) === undefined) {
        sendFirstPage(context, held, response, NO_CODE)
        return
      }
      const signal = whileWaited(response)
      const outcome = await invitations.enterCode(token, typed, { signal })
      if (outcome === 'right') {
        sendOn(context, token, response)
        return
      }
      if (outcome !== 'ended') await context.limits.wrong(clientAddress(request))
      const now = await openInvitation(context, invitations, request, token)
      if (sendInvitationEnd(context, now, response)) return
      sendFirstPage(context, now, response, WRONG_CODE)
    },
  )
  return router
}

function wantsCode({ record, state }: HeldInvitation): boolean {
  return !hasEnded(state) && record.passcode !== undefined && record.passcode.triesLeft > 0
}

function sendOn({ basePath }: AppContext, token: string, response: Response): void {
  response.status(303).set('Location', `${basePath}/i/${token}?show`).end()
}

function typedCode(body: string): string {
  try {
    return queryValues(body, 'code')[0] ?? ''
  } catch {
    // What cannot be decoded is no code.
    return ''
  }
}
