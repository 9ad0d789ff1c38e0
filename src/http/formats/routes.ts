import { Router, type Request, type Response } from 'express'
import type { Directory } from '../../discovery/catalogue-directory.js'
import { getFormat } from '../../formats/index.js'
import { providerAccount } from '../../providers/provider-account.js'
import { parseAccountRequest } from '../request/account-request.js'
import { askerOf } from '../request/asker.js'
import { requireClient } from '../request/gone.js'
import type { Pages } from '../pages/pages.js'
import type { Limits } from '../middleware/limits.js'
import { limitClient } from '../middleware/limit-client.js'
import { personal } from '../middleware/security-headers.js'
import { renderContext, type RenderingServer } from '../request/render-context.js'
import type { ProfileSigning } from '../request/signing-policy.js'
import { pictureType, renderFormat, setFormatHeaders } from './answer.js'
import {
  requireVisitorConfirmation,
  type ConfirmingServer,
} from '../request/visitor-confirmation.js'

export interface FormatRoutesOptions extends RenderingServer, ConfirmingServer, ProfileSigning {
  readonly directory: Directory
  readonly pages: Pages
  readonly limits: Limits
}

/** `GET /formats/:id`, and the paths under which older servers give Apple profiles. */
export function formatRoutes(options: FormatRoutesOptions): Router {
  const router = Router()
  const limited = limitClient(options.limits)
  router.get(
    '/formats/:id',
    personal,
    limited,
    async (request: Request<{ id: string }>, response) => {
      await sendFormat(options, request.params.id, 'address', request, response)
    },
  )
  // Mail-in-a-Box, automx2 and others.
  router.get('/email.mobileconfig', personal, limited, async (request, response) => {
    await sendFormat(options, 'apple-profile', 'email', request, response)
  })
  router.get('/mobileconfig', personal, limited, async (request, response) => {
    await sendFormat(options, 'apple-profile', 'emailaddress', request, response)
  })
  return router
}

async function sendFormat(
  options: FormatRoutesOptions,
  id: string,
  addressParameter: string,
  request: Request,
  response: Response,
): Promise<void> {
  const format = getFormat(id)
  const wanted = parseAccountRequest(request, addressParameter)
  const settings = await options.directory.find(wanted.address, askerOf(request))
  requireClient(request)
  // What leads people to a page of their provider's tells no server that anybody has to agree to.
  if (format.page?.signIn === undefined || settings.voucher !== 'catalogue') {
    requireVisitorConfirmation(options, request, wanted, settings)
  }
  const account = providerAccount(settings, wanted.address, wanted)
  const picture = pictureType(format, request)
  const answer = { format, account, settings, picture }
  const bytes = await renderFormat(
    options,
    answer,
    renderContext(options, wanted, settings, options.pages.for(request).language.tag),
  )
  setFormatHeaders(response, answer)
  response.send(bytes)
}
