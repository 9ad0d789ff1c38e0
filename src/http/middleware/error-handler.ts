import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express'
import { MailProfileError, sentencesOf, type ErrorCode } from '../../errors.js'
import { say } from '../../messages/text.js'
import { Gone } from '../request/gone.js'
import type { ErrorPages } from '../pages/pages.js'
import { closeIfUnread, isUnread } from '../request/unread-body.js'
import { wantsPage } from '../request/wants-page.js'

/** The HTTP status of every code; a new code does not compile without one. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_address: 400,
  invalid_host: 400,
  invalid_account: 400,
  invalid_request: 400,
  unsupported_protocol: 400,
  unknown_domain: 404,
  unknown_format: 404,
  not_found: 404,
  method_not_allowed: 405,
  unauthorized: 401,
  forbidden: 403,
  code_required: 403,
  request_timeout: 408,
  idempotency_conflict: 409,
  invitation_spent: 410,
  invitation_expired: 410,
  invitation_revoked: 410,
  too_large: 413,
  // RFC 9110, section 15.5.20.
  misdirected: 421,
  oauth_only: 422,
  confirmation_required: 422,
  too_many_requests: 429,
  unsupported_account: 422,
  internal: 500,
  signing_unavailable: 503,
  store_unavailable: 503,
  directory_unavailable: 503,
  delivery_failed: 502,
  delivery_unavailable: 503,
  delivery_uncertain: 502,
  overloaded: 503,
  // Those below are for the start and the command line; a request that meets one is our mistake.
  invalid_configuration: 500,
  invalid_autoconfig: 500,
  invalid_profile: 500,
  invalid_backup: 500,
  invalid_signature: 500,
  signing_identity_required: 500,
  base_url_required: 500,
  certificate_expired: 500,
  certificate_mismatch: 500,
  unsupported_key: 500,
  port_in_use: 500,
  file_error: 500,
  program_missing: 500,
  dns_update_failed: 500,
}

/** The last route: nothing matched. */
export const notFound: RequestHandler = () => {
  throw new MailProfileError('not_found', say('errors.http.noPage'), {
    hint: say('errors.http.firstPage'),
  })
}

/** Turns whatever was thrown into an answer: a page for browsers, JSON under /api, else text. */
export function errorHandler(pages: ErrorPages, basePath: string): ErrorRequestHandler {
  // A proxy may strip the path of baseUrl or pass it on.
  const isApi = ({ path }: Request) => isUnder(path, '/api/') || isUnder(path, `${basePath}/api/`)
  return (thrown: unknown, request, response, next) => {
    if (thrown instanceof Gone) return
    // A short body comes with its header, and is read once this turn of the event loop has gone by.
    if (isUnread(request)) setImmediate(answer, thrown, request, response, next)
    else answer(thrown, request, response, next)
  }

  function answer(thrown: unknown, request: Request, response: Response, next: NextFunction): void {
    if (response.headersSent) {
      next(thrown)
      return
    }
    const error = toMailProfileError(thrown)
    const status = STATUS[error.code]
    if (status >= 500) response.err = describe(thrown)
    const shown = status === 500 ? internal() : error
    response.status(status).set('Cache-Control', 'no-store')
    closeIfUnread(request, response)
    if (error.retryAfter !== undefined) response.set('Retry-After', String(error.retryAfter))
    // RFC 6750, section 3.
    if (status === 401) response.set('WWW-Authenticate', 'Bearer')
    if (isApi(request)) sendJson(shown, response)
    else send(shown, status, request, response, pages)
  }
}

function send(
  error: MailProfileError,
  status: number,
  request: Request,
  response: Response,
  pages: ErrorPages,
): void {
  if (wantsPage(request)) {
    response.type('html').send(pages.for(request).error(error, status))
  } else {
    response.type('text/plain').send(`${error.code}: ${sentencesOf(error)}\n`)
  }
}

function sendJson({ code, message, hint }: MailProfileError, response: Response): void {
  response.json({ error: { code, message, ...(hint === undefined ? {} : { hint }) } })
}

function toMailProfileError(thrown: unknown): MailProfileError {
  if (thrown instanceof MailProfileError) return thrown
  // Express refuses malformed percent-encoding in a path with a status of its own.
  const status = thrown instanceof Error ? (thrown as { status?: unknown }).status : undefined
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new MailProfileError('invalid_request', say('errors.http.damagedPage'), {
      cause: thrown,
    })
  }
  return internal()
}

function internal(): MailProfileError {
  return new MailProfileError('internal', say('errors.http.internal'), {
    hint: say('errors.http.later'),
  })
}

// For the log: where it happened, never the message, which may quote what a person typed.
function describe(thrown: unknown): Error {
  const safe = new Error(thrown instanceof MailProfileError ? thrown.code : 'internal')
  safe.name = thrown instanceof Error ? thrown.name : typeof thrown
  const reason = reasonFor(thrown)
  if (reason !== undefined) safe.message = `${safe.message}: ${reason}`
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  safe.stack = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
  return safe
}

const UNAVAILABLE: readonly ErrorCode[] = ['store_unavailable', 'directory_unavailable']

// What a store or a directory says of itself is for the operator, and holds nothing that anybody typed.
function reasonFor(thrown: unknown): string | undefined {
  return thrown instanceof MailProfileError &&
    UNAVAILABLE.includes(thrown.code) &&
    thrown.cause instanceof Error
    ? thrown.cause.message
    : undefined
}

// Routes match in any letter case.
function isUnder(path: string, prefix: string): boolean {
  return path.toLowerCase().startsWith(prefix.toLowerCase())
}
