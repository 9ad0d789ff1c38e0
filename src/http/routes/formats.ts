import { Router, type Request, type Response } from 'express'
import { exportFormat } from '../../formats/export.js'
import { getFormat } from '../../formats/index.js'
import { MailProfileError } from '../../errors.js'
import { accountFor, accountQuery, parseAccountRequest } from '../account-request.js'
import type { AppContext } from '../context.js'
import { personal } from '../middleware/security-headers.js'

/** `GET /formats/:id`, and the paths under which older servers give Apple profiles. */
export function formatRoutes(context: AppContext): Router {
  const router = Router()
  router.get('/formats/:id', personal, async (request: Request<{ id: string }>, response) => {
    await sendFormat(context, request.params.id, 'address', request, response)
  })
  // Mail-in-a-Box, automx2 and others.
  router.get('/email.mobileconfig', personal, async (request, response) => {
    await sendFormat(context, 'apple-profile', 'email', request, response)
  })
  router.get('/mobileconfig', personal, async (request, response) => {
    await sendFormat(context, 'apple-profile', 'emailaddress', request, response)
  })
  return router
}

async function sendFormat(
  context: AppContext,
  id: string,
  addressParameter: string,
  request: Request,
  response: Response,
): Promise<void> {
  const format = getFormat(id)
  const wanted = parseAccountRequest(request, addressParameter)
  const account = accountFor(context.catalogue, wanted)
  if (format.signed && context.signingIdentity === undefined) {
    throw new MailProfileError('signing_unavailable', 'This server cannot sign profiles now.', {
      hint: 'Use the settings on the setup page, or try again later.',
    })
  }
  const { body, fileName, mediaType } = await exportFormat(id, account, {
    signingIdentity: context.signingIdentity,
    publicUrl: `${context.baseUrl}/setup${accountQuery(wanted)}`,
    organization: context.offeredBy,
    now: context.now(),
  })
  // A link or a code is text to read, never a redirect: nothing opens without a tap.
  response.set('Content-Type', format.kind === 'file' ? mediaType : 'text/plain; charset=utf-8')
  if (format.kind === 'file') {
    response.set('Content-Disposition', `attachment; filename="${fileName}"`)
  }
  response.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
}
