import { Router, type Request } from 'express'
import { MailProfileError, type ErrorCode } from '../../errors.js'
import { qrPng } from '../../qr/png.js'
import { qrSvg } from '../../qr/svg.js'
import { accountFor, accountQuery, parseAccountRequest } from '../account-request.js'
import type { AppContext } from '../context.js'
import { STATUS } from '../errors.js'
import { personal } from '../middleware/security-headers.js'
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

  router.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('html').send(context.pages.home({}))
  })

  router.get('/setup', personal, (request, response) => {
    try {
      const wanted = parseAccountRequest(request)
      const view = setupView(context, wanted, accountFor(context.catalogue, wanted), {
        userAgent: request.get('User-Agent') ?? '',
      })
      response.vary('User-Agent').type('html').send(context.pages.setup(view))
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

  router.get('/setup/qr.svg', personal, (request, response) => {
    response.type('image/svg+xml').send(qrSvg(setupUrl(context, request)))
  })

  router.get('/setup/qr.png', personal, (request, response) => {
    response.type('image/png').send(Buffer.from(qrPng(setupUrl(context, request))))
  })

  return router
}

// The code leads to the page that shows it, for a mailbox that is served.
function setupUrl(context: AppContext, request: Request): string {
  const wanted = parseAccountRequest(request)
  context.catalogue.find(wanted.address)
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
