import type { Request, Response } from 'express'
import { MailProfileError } from '../../errors.js'
import { getFormat } from '../../formats/index.js'
import type { Format, RenderContext } from '../../formats/format.js'
import { requireSupport } from '../../formats/support.js'
import type { Account } from '../../account/account.js'
import type { HeldInvitation } from '../../invitations/invitations.js'
import { say } from '../../messages/text.js'
import { requireClient } from '../request/gone.js'
import { openInvitation, type InvitationDoor } from './door.js'
import { invitedSetup, type InvitedSetupOptions } from './invited-setup.js'
import { invitationEnd } from './end.js'
import { sendInvitationEnd, type InvitationEndOptions } from './send-end.js'
import type { ProfileSigning } from '../request/signing-policy.js'
import { pictureType, renderFormat, setFormatHeaders } from '../formats/answer.js'

export interface InvitedFormatOptions
  extends InvitationDoor, InvitationEndOptions, InvitedSetupOptions, ProfileSigning {}

/**
 * `GET /i/:token/formats/:id`. Everything is ready before the download is counted in one atomic step,
 * and nothing goes out before that: a rendering that fails uses nothing up, and no two requests get the
 * last download.
 *
 * What is counted is whatever could set an account up, with or without a password, so that an invitation
 * without one ends, too. Not counted: the settings that a person types, which hold no password; HEAD,
 * by which download managers look before they ask; and what a browser fetches before anybody has tapped,
 * which gets nothing.
 *
 * @throws MailProfileError as `openInvitation`; `forbidden`, `code_required`, `unknown_format`,
 *   `invitation_spent`, `invitation_expired`, `invitation_revoked`, and as `renderFormat`
 */
export async function sendInvitedFormat(
  options: InvitedFormatOptions,
  request: Request<{ token: string; id: string }>,
  response: Response,
): Promise<void> {
  if (isSpeculative(request)) throw notYet()
  const { token, id } = request.params
  const held = await openInvitation(options, request, token)
  if (sendInvitationEnd(options, held, response)) return
  if (held.person === undefined) throw passcodeRequired(held)
  const format = getFormat(id)
  const { render, ...invited } = invitedSetup(
    options,
    held.person,
    options.pages.for(request, held.person.language).language.tag,
  )
  const answer = { format, picture: pictureType(format, request), ...invited }
  if (request.method === 'HEAD') {
    requireSupport(format.support(invited.account, render))
    setFormatHeaders(response, answer)
    response.end()
    return
  }
  const bytes = await renderFormat(options, answer, render)
  // Whoever has gone away meanwhile gets nothing, so it is no download.
  requireClient(request)
  if (isCounted(format, invited.account, render)) {
    const claimed = await options.invitations.claim(held)
    if (claimed === undefined) {
      // Others were faster.
      const now = await openInvitation(options, request, token)
      if (sendInvitationEnd(options, now, response)) return
      throw invitationEnd(options, now.record, 'spent').error
    }
  }
  setFormatHeaders(response, answer)
  // Not `send`, which answers a conditional request without a body: what was counted goes out.
  response.setHeader('Content-Length', bytes.length)
  // A download in parts would be several.
  response.setHeader('Accept-Ranges', 'none')
  response.end(bytes)
}

function isCounted(format: Format, account: Account, context: RenderContext): boolean {
  return format.page?.forTyping !== true || format.containsSecret(account, context)
}

// `Sec-Purpose` of the Fetch standard, and what older browsers and previews sent before it.
function isSpeculative(request: Request<{ token: string; id: string }>): boolean {
  return ['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz'].some((name) =>
    /prefetch|prerender|preview/i.test(request.get(name) ?? ''),
  )
}

function notYet(): MailProfileError {
  return new MailProfileError('forbidden', say('errors.link.notAsked'), {
    hint: say('errors.link.tap'),
  })
}

function passcodeRequired({ record }: HeldInvitation): MailProfileError {
  return record.passcode?.triesLeft === 0
    ? new MailProfileError('code_required', say('errors.link.locked'), {
        hint: say('errors.link.unlock'),
      })
    : new MailProfileError('code_required', say('errors.link.codeFirst'), {
        hint: say('errors.link.typeCode'),
      })
}
