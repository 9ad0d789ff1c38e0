import { Router, type Request, type RequestHandler, type Response } from 'express'
import { domainOf, type Address } from '../../account/address.js'
import { MailProfileError } from '../../errors.js'
import { formatSummary } from '../../formats/format-summary.js'
import { formats } from '../../formats/index.js'
import { invitableAccount } from '../../invitations/account.js'
import { writePerson } from '../../invitations/person.js'
import type { Invitations } from '../../invitations/invitations.js'
import type { StoredInvitation } from '../../invitations/record.js'
import { completed, withLogIn } from '../../directory/complete.js'
import type { PeopleDirectory } from '../../directory/people-directory.js'
import type { Delivery } from '../../delivery/delivery.js'
import type { Directory } from '../../discovery/catalogue-directory.js'
import { requireConfirmation } from '../../providers/domain-settings.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { providerAccount } from '../../providers/provider-account.js'
import { accountRequestFor } from '../request/account-request.js'
import { accountAnswer } from './account-answer.js'
import type { ApiScope } from '../../config/api-key.js'
import { authorize, isFor, requireDomain, type ApiAccess, type Caller } from './authorize.js'
import { invitationAnswer, madeAnswer } from '../../invitations/answer.js'
import type { InvitationRequest } from '../../invitations/request.js'
import { readJsonBody } from './read-json-body.js'
import { parseListQuery } from './list-query.js'
import { prepareSending } from './prepare-sending.js'
import { requireClient, whileWaited } from '../request/gone.js'
import { personal } from '../middleware/security-headers.js'
import { queryParameter } from '../request/query.js'

const INVITATIONS = '/api/v1/invitations'
// RFC 9110 section 5.5, less what is not ASCII.
const IDEMPOTENCY_KEY = /^[ -~]{1,255}$/

export interface ApiRoutesOptions extends ApiAccess {
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** The path of `baseUrl`, without a trailing slash: usually empty. */
  readonly basePath: string
  /** The catalogue of the moment: provider files may change while the server runs. */
  readonly catalogue: () => Catalogue
  readonly directory: Directory
  /** Absent where no directory of people is: then only what callers say is known of them. */
  readonly people: Pick<PeopleDirectory, 'find'> | undefined
  /** Absent where no store is: then there are no invitations. */
  readonly invitations: Invitations | undefined
  /** Absent where nothing is sent. */
  readonly delivery: Delivery | undefined
}

/** `/api/v1`, for programs that have a key, and `/openapi.json`. */
export function apiRoutes(options: ApiRoutesOptions): Router {
  const router = Router()
  router.use(['/api', '/openapi.json'], personal)

  let document: string | undefined
  router.get('/openapi.json', async (_request, response) => {
    // The schemas take a while to load, and most servers are never asked for them.
    const { openApiDocument } = await import('./openapi.js')
    document ??= JSON.stringify(openApiDocument(options.baseUrl))
    response.type('json').send(document)
  })

  router.post(INVITATIONS, async (request, response) => {
    const caller = await authorize(options, request, 'invitations:write')
    const invitations = requireInvitations(options.invitations)
    const idempotencyKey = parseIdempotencyKey(request)
    const { parseInvitationRequest } = await import('../../invitations/request.js')
    const wanted = parseInvitationRequest(await readJsonBody(request, response))
    requireDomain(caller, domainOf(wanted.person.address))
    invitableAccount(options.catalogue(), wanted.person)
    const signal = whileWaited(response)
    const send = await prepareSending(options, caller, wanted, signal)
    const person = await completed(wanted.person, options.people, { signal })
    const made = await invitations.make(
      person,
      { ...wanted.terms, maker: caller.key.name },
      idempotencyKey === undefined
        ? undefined
        : { bearerKey: caller.bearerKey, idempotencyKey, body: bodyOf(wanted) },
      { signal },
    )
    const answer = madeAnswer(made, options.baseUrl)
    const sent = await send?.(invitations, { ...person, ...made, url: answer.url })
    response
      .status(201)
      .set('Location', `${options.basePath}${INVITATIONS}/${made.id}`)
      .json(sent === undefined ? answer : { ...answer, delivery: sent })
  })

  router.get(INVITATIONS, async (request, response) => {
    const { key } = await authorize(options, request, 'invitations:read')
    const { invitations, cursor } = await requireInvitations(options.invitations).list({
      ...(await parseListQuery(request)),
      maker: key.scopes.includes('invitations:all') ? undefined : key.name,
    })
    response.json({ invitations: invitations.map(invitationAnswer), cursor })
  })

  router.get(`${INVITATIONS}/:id`, async (request, response) => {
    const { stored } = await invitationOf(options, request, 'invitations:read')
    response.json(invitationAnswer(stored))
  })

  const change =
    (step: 'revoke' | 'unlock') => async (request: Request<{ id: string }>, response: Response) => {
      const { stored, invitations, caller } = await invitationOf(
        options,
        request,
        'invitations:write',
      )
      const changed = await invitations[step](stored.record.id, caller.key.name)
      response.json(invitationAnswer(changed ?? stored))
    }
  router.delete(`${INVITATIONS}/:id`, change('revoke'))
  router.post(`${INVITATIONS}/:id/unlock`, change('unlock'))

  router.get('/api/v1/accounts/:address', async (request, response) => {
    const caller = await authorize(options, request, 'accounts:read')
    const wanted = accountRequestFor(request.params.address, request)
    requireDomain(caller, domainOf(wanted.address))
    const settings = await options.directory.find(wanted.address, {
      client: `key ${caller.key.name}`,
    })
    requireClient(request)
    requireConfirmation(settings, queryParameter(request, 'confirm'))
    // Whatever can be said without it comes first.
    providerAccount(settings, wanted.address, wanted)
    const person = await options.people?.find(wanted.address, { signal: whileWaited(response) })
    const account = providerAccount(settings, wanted.address, {
      ...wanted,
      name: wanted.name ?? person?.name,
    })
    // One directory may be for several tenants, and a mailbox have addresses at more than one of them.
    const isTheirs = (alias: Address) =>
      isFor(caller, domainOf(alias)) && options.catalogue().serves(domainOf(alias))
    const shown = person && { ...person, aliases: person.aliases.filter(isTheirs) }
    response.json(accountAnswer(withLogIn(account, person), settings, shown))
  })

  router.get('/api/v1/formats', async (request, response) => {
    await authorize(options, request)
    response.json({ formats: formats.map(formatSummary) })
  })

  router.all(INVITATIONS, onlyMethods('GET, HEAD, POST'))
  router.all(`${INVITATIONS}/:id`, onlyMethods('GET, HEAD, DELETE'))
  router.all(`${INVITATIONS}/:id/unlock`, onlyMethods('POST'))
  router.all(
    ['/api/v1/accounts/:address', '/api/v1/formats', '/openapi.json'],
    onlyMethods('GET, HEAD'),
  )
  return router
}

function requireInvitations(invitations: Invitations | undefined): Invitations {
  if (invitations !== undefined) return invitations
  throw new MailProfileError('store_unavailable', 'This server keeps no invitations.', {
    hint: 'It has to be started with a store.',
  })
}

interface OneInvitation {
  readonly caller: Caller
  readonly invitations: Invitations
  readonly stored: StoredInvitation
}

/**
 * The invitation of a path, for who may know of it. What somebody else made is as unknown as what
 * nobody made.
 */
async function invitationOf(
  options: ApiRoutesOptions,
  request: Request<{ id: string }>,
  scope: ApiScope,
): Promise<OneInvitation> {
  const caller = await authorize(options, request, scope)
  const invitations = requireInvitations(options.invitations)
  const stored = await invitations.find(request.params.id)
  const { key } = caller
  const mayKnow = stored?.record.maker === key.name || key.scopes.includes('invitations:all')
  if (stored === undefined || !mayKnow) {
    throw new MailProfileError('not_found', 'There is no such invitation.', {
      hint: 'It may have ended more than 7 days ago, or be of another key.',
    })
  }
  return { caller, invitations, stored }
}

function parseIdempotencyKey(request: Request): string | undefined {
  const key = request.get('Idempotency-Key')
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key
  throw new MailProfileError(
    'invalid_request',
    'The Idempotency-Key has to be 1 to 255 printable ASCII characters.',
    { field: 'Idempotency-Key' },
  )
}

// What was meant, however it was spelt: passwords and defaults included.
function bodyOf({ person, terms, deliverTo }: InvitationRequest): string {
  const { code, expires, window, downloads, reference } = terms
  const sent = deliverTo === undefined ? [] : [deliverTo]
  return JSON.stringify([writePerson(person), code, expires, window, downloads, reference, ...sent])
}

function onlyMethods(allowed: string): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed)
    if (request.method === 'OPTIONS') {
      response.status(204).end()
      return
    }
    throw new MailProfileError('method_not_allowed', `Here are only ${allowed}.`)
  }
}
