import type { Request, RequestHandler } from 'express'
import { MailProfileError } from '../../errors.js'
import { say, type Text } from '../../messages/text.js'
import { MAX_BODY_BYTES, requestTooLarge } from './read-body.js'

const MAX_URL_LENGTH = 8 * 1024

/** Refuses long URLs and bodies, and what says in two ways or in none which host or how long. */
export const refuseUnfitRequests: RequestHandler = (request, response, next) => {
  const declared = Number(request.get('Content-Length') ?? 0)
  if (request.originalUrl.length > MAX_URL_LENGTH || !(declared <= MAX_BODY_BYTES)) {
    // What is still coming is not worth reading.
    response.set('Connection', 'close')
    throw requestTooLarge()
  }
  const reason = whyNot(request)
  if (reason !== undefined) {
    response.set('Connection', 'close')
    throw new MailProfileError('invalid_request', reason)
  }
  next()
}

function whyNot({ headersDistinct, httpVersion }: Request): Text | undefined {
  const hosts = headersDistinct['host']?.length ?? 0
  // RFC 9112, section 3.2. Of two Node takes the first, a proxy in front perhaps the last.
  if (hosts > 1) return say('errors.http.twoHosts')
  if (httpVersion !== '1.0') return hosts === 0 ? say('errors.http.noHost') : undefined
  // RFC 9112, section 6.1: Node takes it for chunks, a proxy in front perhaps not.
  return headersDistinct['transfer-encoding'] === undefined ? undefined : say('errors.http.chunks')
}
