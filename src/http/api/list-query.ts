import type { Request } from 'express'
import { MailProfileError } from '../../errors.js'
import type { ListQuery } from '../../invitations/store.js'
import { queryParameter } from '../request/query.js'

/** How many invitations a page of a list has at most. */
export const MAX_PAGE = 100
const DEFAULT_PAGE = 50

/**
 * Which invitations a list is to have: `reference`, `state`, `cursor` and `limit` of a request's query.
 *
 * @throws MailProfileError `invalid_request`
 */
export async function parseListQuery(
  request: Request,
): Promise<Omit<ListQuery, 'tenant' | 'maker'>> {
  const { parseReference, parseState } = await import('../../invitations/request.js')
  return {
    reference: parseReference(queryParameter(request, 'reference')),
    state: parseState(queryParameter(request, 'state')),
    cursor: queryParameter(request, 'cursor'),
    limit: parseLimit(queryParameter(request, 'limit')),
  }
}

function parseLimit(value: string | undefined): number {
  if (value === undefined) return DEFAULT_PAGE
  const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= MAX_PAGE) return limit
  throw new MailProfileError(
    'invalid_request',
    `The value of limit has to be a whole number from 1 to ${MAX_PAGE}.`,
    { field: 'limit' },
  )
}
