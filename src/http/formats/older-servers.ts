import type { Request } from 'express'
import { queryString } from '../../encoding/uri.js'
import type { Catalogue } from '../../providers/catalogue.js'
import { accountRequestFor, type AccountRequest } from '../request/account-request.js'
import { formFields, queryParameter } from '../request/query.js'
import { servedDomainAt } from '../request/served-host.js'

/** Of autodiscover-email-settings and what was made of it, of lacontrevoie's autodiscover, and of automx2. */
export const OLDER_PATHS = ['/email.mobileconfig', '/email/mobileconfig', '/mobileconfig'] as const

/** Where the form of automx was sent. */
export const FORM_PATH = '/mobileconfig'

const OLDER_PARAMETERS = ['email', 'emailaddress']

/**
 * Who is meant by a link to an older server.
 *
 * @throws MailProfileError as `parseAccountRequest`
 */
export function olderAccountRequest(request: Request, catalogue: Catalogue): AccountRequest {
  const given = OLDER_PARAMETERS.map((name) => queryParameter(request, name)).find(
    (value) => value !== undefined,
  )
  return accountRequestFor(withDomain(given, request, catalogue), request)
}

/**
 * Who is meant by the form of automx (`emailaddress`, `cn`). Its password is not looked at.
 *
 * @throws MailProfileError as `parseAccountRequest`
 */
export function automxFormRequest(
  form: string,
  request: Request,
  catalogue: Catalogue,
): AccountRequest {
  const fields = formFields(form)
  const address = withDomain(queryParameter(fields, 'emailaddress'), request, catalogue)
  const name = queryParameter(fields, 'cn')
  return accountRequestFor(address, { originalUrl: queryString([['name', name]]) })
}

// A name alone, which the first of them took, is of the served domain that is asked at.
function withDomain(
  given: string | undefined,
  request: Request,
  catalogue: Catalogue,
): string | undefined {
  if (given === undefined || given.includes('@')) return given
  const served = servedDomainAt(catalogue, request)
  return served === undefined ? given : `${given.trim()}@${served.domain}`
}
