import { Router, type Request, type Response } from 'express'
import { getFormat } from '../../formats/index.js'
import { providerAccount } from '../../providers/provider-account.js'
import { parseAccountRequest } from '../request/account-request.js'
import { askerOf } from '../request/asker.js'
import type { AppContext } from '../context.js'
import { requireClient } from '../request/gone.js'
import { limitClient } from '../middleware/rate-limit.js'
import { personal } from '../middleware/security-headers.js'
import { renderContext } from '../request/render-context.js'
import { pictureType, renderFormat, setFormatHeaders } from './send-format.js'
import { requireVisitorConfirmation } from '../request/visitor-confirmation.js'

/** `GET /formats/:id`, and the paths under which older servers give Apple profiles. */
export function formatRoutes(context: AppContext): Router {
  const router = Router()
  const limited = limitClient(context.limits)
  router.get(
    '/formats/:id',
    personal,
    limited,
    async (request: Request<{ id: string }>, response) => {
      await sendFormat(context, request.params.id, 'address', request, response)
    },
  )
  // Mail-in-a-Box, automx2 and others.
  router.get('/email.mobileconfig', personal, limited, async (request, response) => {
    await sendFormat(context, 'apple-profile', 'email', request, response)
  })
  router.get('/mobileconfig', personal, limited, async (request, response) => {
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
  const found = await context.directory.find(wanted.address, askerOf(request))
  requireClient(request)
  requireVisitorConfirmation(context, request, wanted, found)
  const account = providerAccount(found, wanted.address, wanted)
  const picture = pictureType(format, request)
  const answer = { format, account, found, picture }
  const bytes = await renderFormat(context, answer, renderContext(context, wanted, found))
  setFormatHeaders(response, answer)
  response.send(bytes)
}
