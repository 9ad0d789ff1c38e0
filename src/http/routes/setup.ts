import { Router, type Request } from 'express'
import { MailProfileError, type ErrorCode } from '../../errors.js'
import { qrPng } from '../../qr/png.js'
import { qrSvg } from '../../qr/svg.js'
import { isConfirmed } from '../../discovery/found-settings.js'
import { accountQuery, parseAccountRequest } from '../account-request.js'
import type { AppContext } from '../context.js'
import { STATUS } from '../errors.js'
import { limitClient } from '../middleware/rate-limit.js'
import { personal } from '../middleware/security-headers.js'
import { confirmView } from '../pages/confirm-view.js'
import { setupSubject } from '../pages/setup-subject.js'
import { setupView } from '../pages/setup-view.js'
import { queryParameter } from '../query.js'

// What the person can put right in the form.
const FORM_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'invalid_address',
  'invalid_request',
  'invalid_account',
  'unknown_domain',
  'unsupported_protocol',
])

/** The form, the setup page and its QR code. */
export function setupRoutes(context: AppContext): Router {
  const router = Router()
  const limited = limitClient(context.limits)

  router.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('html').send(context.pages.home({}))
  })

  router.get('/setup', personal, limited, async (request, response) => {
    try {
      const wanted = parseAccountRequest(request)
      const found = await context.directory.find(wanted.address)
      response.vary('User-Agent').type('html')
      if (!isConfirmed(found, wanted.confirm)) {
        response.send(context.pages.confirm(confirmView(wanted, found)))
        return
      }
      const view = setupView(context, {
        ...setupSubject(context, wanted, found),
        userAgent: request.get('User-Agent') ?? '',
      })
      response.send(context.pages.setup(view))
    } catch (error) {
      const isHtml = (request.get('Accept') ?? '').includes('text/html')
      if (!(error instanceof MailProfileError) || !FORM_ERRORS.has(error.code) || !isHtml) {
        throw error
      }
      response
        .status(STATUS[error.code])
        .type('html')
        .send(context.pages.home({ values: typed(request), error }))
    }
  })

  router.get('/setup/qr.svg', personal, limited, async (request, response) => {
    const code = qrSvg(await setupUrl(context, request))
    response.type('image/svg+xml').send(code)
  })

  router.get('/setup/qr.png', personal, limited, async (request, response) => {
    const code = qrPng(await setupUrl(context, request))
    response.type('image/png').send(Buffer.from(code))
  })

  return router
}

// The code leads to the page that shows it, for a mailbox that is served.
async function setupUrl(context: AppContext, request: Request): Promise<string> {
  const wanted = parseAccountRequest(request)
  await context.directory.find(wanted.address)
  return `${context.baseUrl}/setup${accountQuery(wanted)}`
}

function typed(request: Request): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of ['address', 'name', 'protocol']) {
    try {
      const value = queryParameter(request, name)
      if (value !== undefined) values[name] = value
    } catch {
      // What cannot be read is not shown again.
    }
  }
  return values
}
