import { Router, type Request, type Response } from 'express'
import { queryValues } from '../../encoding/uri.js'
import { parsePasscode } from '../../invitations/passcode.js'
import { hasEnded } from '../../invitations/record.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import { say } from '../../messages/text.js'
import { clientAddress } from '../request/client-address.js'
import { chosenLanguage, LANGUAGE } from '../request/language.js'
import { whileWaited } from '../request/gone.js'
import { openInvitation, type InvitationDoor } from './door.js'
import { createReadForm } from '../middleware/read-form.js'
import { sendFirstPage, type FirstPageOptions } from './send-first-page.js'
import { sendInvitationEnd, type InvitationEndOptions } from './send-end.js'
import { closeIfUnread } from '../request/unread-body.js'

const readForm = createReadForm('1kb')

const NO_PASSCODE = { message: say('errors.link.shortCode'), hint: say('errors.link.wholeCode') }
const WRONG_PASSCODE = { message: say('errors.link.wrongCode'), hint: say('errors.link.codeAgain') }

export interface InvitationButtonOptions
  extends InvitationDoor, InvitationEndOptions, FirstPageOptions {
  /** The path of `baseUrl`, without a trailing slash: usually empty. */
  readonly basePath: string
}

/**
 * `POST /i/:token`: the button of the first page, with the passcode where one is wanted. It leads on to the
 * page that has the links, and counts as no download.
 *
 * Another site could make a browser send it, but would have to know the link, and whoever knows that can
 * send it as well: so nothing is asked for against it.
 */
export function invitationButton(options: InvitationButtonOptions): Router {
  const { basePath, invitations, limits } = options
  const router = Router()
  router.post(
    '/i/:token',
    async (request: Request<{ token: string }, unknown, unknown>, response) => {
      const { token } = request.params
      const held = await openInvitation(options, request, token)
      // The link first: nobody waits for a form that changes nothing.
      const typed = wantsPasscode(held) ? typedPasscode(await readForm(request, response)) : ''
      closeIfUnread(request, response)
      if (sendInvitationEnd(options, held, response)) return
      const { passcode } = held.record
      if (passcode === undefined) {
        sendOn(basePath, request, response)
        return
      }
      if (passcode.triesLeft === 0 || parsePasscode(typed) === undefined) {
        sendFirstPage(options, held, response, NO_PASSCODE)
        return
      }
      const signal = whileWaited(response)
      const outcome = await invitations.enterCode(token, typed, { signal })
      if (outcome === 'right') {
        sendOn(basePath, request, response)
        return
      }
      if (outcome !== 'ended') await limits.wrong(clientAddress(request))
      const now = await openInvitation(options, request, token)
      if (sendInvitationEnd(options, now, response)) return
      sendFirstPage(options, now, response, WRONG_PASSCODE)
    },
  )
  return router
}

function wantsPasscode({ record, state }: HeldInvitation): boolean {
  return !hasEnded(state) && record.passcode !== undefined && record.passcode.triesLeft > 0
}

// In the language that was chosen on the first page.
function sendOn(
  basePath: string,
  request: Request<{ token: string }, unknown, unknown>,
  response: Response,
): void {
  const chosen = chosenLanguage(request)
  const more = chosen === undefined ? '' : `&${LANGUAGE}=${chosen}`
  response.status(303).set('Location', `${basePath}/i/${request.params.token}?show${more}`).end()
}

function typedPasscode(body: string): string {
  try {
    return queryValues(body, 'code')[0] ?? ''
  } catch {
    // What cannot be decoded is no passcode.
    return ''
  }
}
