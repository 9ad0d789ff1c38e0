import { Router, type Request, type Response } from 'express'
import type { Directory } from '../../discovery/catalogue-directory.js'
import { getFormat } from '../../formats/index.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { providerAccount } from '../../providers/provider-account.js'
import {
  accountQuery,
  parseAccountRequest,
  type AccountRequest,
} from '../request/account-request.js'
import { askerOf } from '../request/asker.js'
import { requireClient } from '../request/gone.js'
import type { Pages } from '../pages/pages.js'
import type { Limits } from '../middleware/limits.js'
import { limitClient } from '../middleware/limit-client.js'
import { createReadForm } from '../middleware/read-form.js'
import { personal } from '../middleware/security-headers.js'
import { renderContext, type RenderingServer } from '../request/render-context.js'
import type { ProfileSigning } from '../request/signing-policy.js'
import { pictureType, renderFormat, setFormatHeaders } from './answer.js'
import { automxFormRequest, FORM_PATH, OLDER_PATHS, olderAccountRequest } from './older-servers.js'
import {
  requireVisitorConfirmation,
  type ConfirmingServer,
} from '../request/visitor-confirmation.js'

// An address, a name and a password, all as long as they may be, escaped.
const MAX_FORM = '8kb'

export interface FormatRoutesOptions extends RenderingServer, ConfirmingServer, ProfileSigning {
  readonly directory: Directory
  /** The catalogue of the moment. */
  readonly catalogue: () => Catalogue
  readonly pages: Pages
  readonly limits: Limits
}

/** `GET /formats/:id`, and the paths under which older servers give Apple profiles. */
export function formatRoutes(options: FormatRoutesOptions): Router {
  const router = Router()
  const limited = limitClient(options.limits)
  const readForm = createReadForm(MAX_FORM)
  router.get(
    '/formats/:id',
    personal,
    limited,
    async (request: Request<{ id: string }>, response) => {
      await sendFormat(options, request.params.id, parseAccountRequest(request), request, response)
    },
  )
  for (const path of OLDER_PATHS) {
    router.get(path, personal, limited, async (request, response) => {
      const wanted = olderAccountRequest(request, options.catalogue())
      await sendFormat(options, 'apple-profile', wanted, request, response)
    })
  }
  // The setup page says what to do after the tap, and a profile is not what every device wants.
  router.post(FORM_PATH, personal, limited, async (request, response) => {
    const form = await readForm(request, response)
    const wanted = automxFormRequest(form, request, options.catalogue())
    const page = `${options.baseUrl}/setup${accountQuery(wanted)}`
    response.status(303).set('Location', page).end()
  })
  return router
}

async function sendFormat(
  options: FormatRoutesOptions,
  id: string,
  wanted: AccountRequest,
  request: Request,
  response: Response,
): Promise<void> {
  const format = getFormat(id)
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
