import type { Request, RequestHandler, Response } from 'express'
import { MailProfileError } from '../../errors.js'
import type { Pages } from '../pages/pages.js'
import { STATUS } from '../errors.js'
import { closeIfUnread } from '../unread-body.js'

/** What is refused under load, the first first. */
export const LOAD_KINDS = ['page', 'mail-client', 'api', 'invitation'] as const
export type LoadKind = (typeof LOAD_KINDS)[number]

/** How busy the process is. */
export interface Load {
  /** How long a request waits now, in milliseconds; asked for each. */
  readonly delay: () => number
  /** Told of every refusal. */
  readonly onShed?: ((kind: LoadKind) => void) | undefined
}

/** Up to what delay each is answered, in milliseconds. */
const PATIENCE: Readonly<Record<LoadKind, number>> = {
  page: 50,
  'mail-client': 100,
  api: 200,
  invitation: 500,
}
const LEAST = Math.min(...Object.values(PATIENCE))

// The first that fits; whatever else there is is a page. What invitations' pages consist of goes with them.
const KINDS: readonly (readonly [path: RegExp, kind: LoadKind | undefined])[] = [
  [/^\/healthz\/?$/i, undefined],
  [/^\/(?:i|public|readyz)(?:\/|$)/i, 'invitation'],
  [/^\/(?:api\/|openapi\.json)/i, 'api'],
  [
    /^\/(?:autodiscover\/|mail\/|v1\.1\/mail\/|\.well-known\/(?:autoconfig|user-agent-configuration))/i,
    'mail-client',
  ],
]

const OVERLOADED = new MailProfileError('overloaded', 'This server has too much to do.', {
  hint: 'Try again in a few seconds.',
  retryAfter: 5,
})

/**
 * Refuses requests while they have to wait: early, so that a refusal comes at once, and cheaply, so that
 * there is time for those that matter most. Invitations come last, because a person was asked to open
 * one; `/healthz` is always answered.
 */
export function shedLoad({ delay, onShed }: Load, pages: Pages, basePath: string): RequestHandler {
  const refuse = refusal(pages)
  return (request, response, next) => {
    const waited = delay()
    if (waited <= LEAST) {
      next()
      return
    }
    const kind = kindOf(request.path, basePath)
    if (kind === undefined || waited <= PATIENCE[kind]) {
      next()
      return
    }
    onShed?.(kind)
    refuse(kind, request, response)
  }
}

function kindOf(path: string, basePath: string): LoadKind | undefined {
  // A proxy may strip the path of baseUrl or pass it on.
  const own = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
  const known = KINDS.find(([pattern]) => pattern.test(own))
  return known === undefined ? 'page' : known[1]
}

function refusal(pages: Pages) {
  const { code, message, hint = '', retryAfter } = OVERLOADED
  const text = Buffer.from(`${code}: ${message} ${hint}\n`)
  const json = Buffer.from(JSON.stringify({ error: { code, message, hint } }))
  let page: Buffer | undefined
  return (kind: LoadKind, request: Request, response: Response) => {
    closeIfUnread(request, response)
    const isHtml = kind !== 'api' && (request.headers.accept ?? '').includes('text/html')
    if (isHtml) page ??= Buffer.from(pages.error(OVERLOADED, STATUS[code]))
    const [type, body] = isHtml
      ? ['text/html; charset=utf-8', page]
      : kind === 'api'
        ? ['application/json; charset=utf-8', json]
        : ['text/plain; charset=utf-8', text]
    response.writeHead(STATUS[code], {
      'Content-Type': type,
      'Content-Length': body?.length,
      'Cache-Control': 'no-store',
      'Retry-After': retryAfter,
    })
    response.end(body)
  }
}
