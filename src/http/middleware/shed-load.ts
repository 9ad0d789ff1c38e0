import type { IncomingMessage } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { STATUS } from './error-handler.js'
import { LOAD_KINDS, loadKindOf, PATIENCE, type LoadKind } from './load-kind.js'
import type { Pages } from '../pages/pages.js'
import { closeIfUnread } from '../request/unread-body.js'
import { wantsPage } from '../request/wants-page.js'

/** How requests fare while there are many. */
export interface Load {
  /** How many milliseconds a request waited before the app got it. */
  readonly waitOf: (request: IncomingMessage) => number
  /** Told of every refusal. */
  readonly onShed?: ((kind: LoadKind) => void) | undefined
}

const LEAST = Math.min(...LOAD_KINDS.map((kind) => PATIENCE[kind]))

/**
 * Refuses requests that had to wait for too many others: cheaply, so that those behind them wait for less.
 * Invitations come late, because a person was asked to open one, and what pages load last; `/healthz` is
 * always answered.
 */
export function shedLoad({ waitOf, onShed }: Load, pages: Pages, basePath: string): RequestHandler {
  const refuse = refusal(pages)
  return (request, response, next) => {
    const waited = waitOf(request)
    if (waited <= LEAST) {
      next()
      return
    }
    const kind = loadKindOf(request.path, basePath)
    if (kind === undefined || waited <= PATIENCE[kind]) {
      next()
      return
    }
    onShed?.(kind)
    refuse(kind, request, response)
  }
}

function refusal(pages: Pages) {
  const error = new MailProfileError('overloaded', say('errors.http.overloaded'), {
    hint: say('errors.busy.waitAFew'),
    retryAfter: 5,
  })
  const { code, message, hint = '', retryAfter } = error
  const text = Buffer.from(`${code}: ${message} ${hint}\n`)
  const json = Buffer.from(JSON.stringify({ error: { code, message, hint } }))
  // One for each language.
  const kept = new Map<string, Buffer>()
  const pageFor = (request: Request): Buffer => {
    const local = pages.for(request)
    const { tag } = local.language
    const page = kept.get(tag) ?? Buffer.from(local.error(error, STATUS[code]))
    kept.set(tag, page)
    return page
  }
  return (kind: LoadKind, request: Request, response: Response) => {
    closeIfUnread(request, response)
    const isHtml = kind !== 'api' && wantsPage(request)
    const [type, body] = isHtml
      ? ['text/html; charset=utf-8', pageFor(request)]
      : kind === 'api'
        ? ['application/json; charset=utf-8', json]
        : ['text/plain; charset=utf-8', text]
    response.writeHead(STATUS[code], {
      'Content-Type': type,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      'Retry-After': retryAfter,
    })
    response.end(body)
  }
}
