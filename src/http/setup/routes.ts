import { Router, type Request, type Response } from 'express'
import { shownAddress } from '../../account/shown-domain.js'
import { queryString } from '../../encoding/uri.js'
import type { Directory } from '../../discovery/catalogue-directory.js'
import { MailProfileError, type ErrorCode } from '../../errors.js'
import { qrPng } from '../../qr/png.js'
import { qrSvg } from '../../qr/svg.js'
import { wereFound, type DomainSettings } from '../../providers/domain-settings.js'
import {
  accountQuery,
  parseAccountRequest,
  type AccountRequest,
} from '../request/account-request.js'
import { askerOf } from '../request/asker.js'
import { STATUS } from '../middleware/error-handler.js'
import { ownPagesOnly } from '../middleware/own-pages-only.js'
import { requireClient } from '../request/gone.js'
import type { Limits } from '../middleware/limits.js'
import { limitClient } from '../middleware/limit-client.js'
import { personal } from '../middleware/security-headers.js'
import { ASKED, confirmView } from './confirm-view.js'
import { leadsToSignIn } from './sign-in-view.js'
import { setupSubject, type SetupPlace } from './subject.js'
import { setupView, type SetupServer } from './view.js'
import { providerAccount } from '../../providers/provider-account.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { askedDevice } from '../pages/asked-device.js'
import type { Pages } from '../pages/pages.js'
import type { HomeView } from '../pages/views.js'
import { formFields, queryParameter, type WithQuery } from '../request/query.js'
import { createReadForm } from '../middleware/read-form.js'
import { wantsPage } from '../request/wants-page.js'
import { confirmationOf, type ConfirmingServer } from '../request/visitor-confirmation.js'

// A name of 200 characters alone is 2.4 KB when each is an emoji.
const readForm = createReadForm('4kb')

// What the person can put right in the form.
const FORM_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'invalid_address',
  'invalid_request',
  'invalid_account',
  'unknown_domain',
  'unsupported_protocol',
])

export interface SetupRoutesOptions extends SetupServer, SetupPlace, ConfirmingServer {
  readonly directory: Directory
  readonly pages: Pages
  /** The catalogue of the moment. */
  readonly catalogue: () => Catalogue
  readonly limits: Limits
}

/** The form, the setup page and its QR code. */
export function setupRoutes(options: SetupRoutesOptions): Router {
  const router = Router()
  const limited = limitClient(options.limits)

  router.get('/', (request, response) => {
    const provider = queryParameter(request, 'provider')
    const found = provider === undefined ? undefined : options.catalogue().search(provider)
    const page = options.pages.for(request).home({ provider, found })
    response.set('Cache-Control', 'no-store').type('html').send(page)
  })

  router.get('/setup', personal, limited, async (request, response) => {
    await orForm(options.pages, request, request, response, async () => {
      const { wanted, settings } = await lookUp(options.directory, request, request)
      if (isAsked(wanted, settings)) sendQuestion(options, request, wanted, settings, response)
      else sendSetupPage(options, request, wanted, settings, response)
    })
  })

  // The button of the page that asks whether found settings are the right ones. What it answers is the
  // page itself, whose links say that its visitor agreed: nothing else does, least of all a link.
  router.post(
    '/setup',
    personal,
    limited,
    ownPagesOnly(options.baseUrl),
    async (request, response) => {
      const fields = formFields(await readForm(request, response))
      await orForm(options.pages, request, fields, response, async () => {
        const { wanted, settings } = await lookUp(options.directory, request, fields)
        const confirmation = confirmationOf(request, wanted, settings)
        const asked = queryParameter(fields, ASKED)
        if (!isAsked(wanted, settings)) {
          sendSetupPage(options, request, wanted, settings, response)
        } else if (options.confirmations.holds('asked', asked, confirmation)) {
          const confirmed = options.confirmations.issue('agreed', confirmation)
          sendSetupPage(options, request, wanted, settings, response, confirmed)
        } else sendQuestion(options, request, wanted, settings, response)
      })
    },
  )

  router.get('/setup/qr.svg', personal, limited, async (request, response) => {
    const picture = qrSvg(await setupUrl(options, request))
    response.type('image/svg+xml').send(picture)
  })

  router.get('/setup/qr.png', personal, limited, async (request, response) => {
    const picture = qrPng(await setupUrl(options, request))
    response.type('image/png').send(Buffer.from(picture))
  })

  return router
}

async function lookUp(directory: Directory, request: Request, fields: WithQuery) {
  const wanted = parseAccountRequest(fields)
  const settings = await directory.find(wanted.address, askerOf(request))
  requireClient(request)
  return { wanted, settings }
}

// Nobody's password goes anywhere by what was found where people sign in on a page that the catalogue vouches for.
function isAsked(wanted: AccountRequest, settings: DomainSettings): boolean {
  if (!wereFound(settings)) return false
  if (settings.voucher !== 'catalogue') return true
  const account = providerAccount(settings, wanted.address, wanted)
  return !leadsToSignIn(account, wanted.byPassword === true)
}

function sendQuestion(
  options: SetupRoutesOptions,
  request: Request,
  wanted: AccountRequest,
  settings: DomainSettings,
  response: Response,
): void {
  const asked = options.confirmations.issue('asked', confirmationOf(request, wanted, settings))
  const page = options.pages.for(request).confirm(confirmView(wanted, settings, asked))
  response.type('html').send(page)
}

function sendSetupPage(
  options: SetupRoutesOptions,
  request: Request,
  wanted: AccountRequest,
  settings: DomainSettings,
  response: Response,
  confirmed?: string,
): void {
  const pages = options.pages.for(request)
  const view = setupView(options, {
    ...setupSubject(options, wanted, settings, { confirmed, language: pages.language.tag }),
    userAgent: request.get('User-Agent') ?? '',
    device: askedDevice(request),
  })
  response.vary('User-Agent').type('html').send(pages.setup(view))
}

// Shows the form again for what the person can put right there.
async function orForm(
  pages: Pages,
  request: Request,
  fields: WithQuery,
  response: Response,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (
      !(error instanceof MailProfileError) ||
      !FORM_ERRORS.has(error.code) ||
      !wantsPage(request)
    ) {
      throw error
    }
    const values = typed(fields)
    const view = { values, error, suggested: suggested(values, error) }
    response.status(STATUS[error.code]).type('html').send(pages.for(request).home(view))
  }
}

// The code leads to the page that shows it, for a mailbox that is served.
async function setupUrl(options: SetupRoutesOptions, request: Request): Promise<string> {
  const { wanted } = await lookUp(options.directory, request, request)
  return `${options.baseUrl}/setup${accountQuery(wanted)}`
}

// The same with the domain that was probably meant; nobody is taken there who does not want to.
function suggested(
  { address = '', name, protocol }: Readonly<Record<string, string>>,
  { suggestion }: MailProfileError,
): HomeView['suggested'] {
  if (suggestion === undefined) return undefined
  const meant = `${address.slice(0, address.lastIndexOf('@')).trim()}@${suggestion}`
  const pairs = [
    ['address', meant],
    ['name', name],
    ['protocol', protocol],
  ] as const
  return { address: shownAddress(meant), query: queryString(pairs) }
}

function typed(fields: WithQuery): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of ['address', 'name', 'protocol']) {
    try {
      const value = queryParameter(fields, name)
      if (value !== undefined) values[name] = value
    } catch {
      // What cannot be read is not shown again.
    }
  }
  return values
}
