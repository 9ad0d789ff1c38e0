import type { RequestHandler } from 'express'
import { MailProfileError } from '../../errors.js'

const MAX_URL_LENGTH = 8 * 1024
const MAX_BODY_BYTES = 16 * 1024

/** Refuses long URLs and bodies, and two Hosts, before anything looks at them. */
export const requestLimits: RequestHandler = (request, response, next) => {
  const declared = Number(request.get('Content-Length') ?? 0)
  if (request.originalUrl.length > MAX_URL_LENGTH || !(declared <= MAX_BODY_BYTES)) {
    // What is still coming is not worth reading.
    response.set('Connection', 'close')
    throw new MailProfileError('too_large', 'The request is too large.')
  }
  // RFC 9112, section 3.2. Node takes the first, a proxy in front perhaps the last.
  if ((request.headersDistinct['host']?.length ?? 0) > 1) {
    response.set('Connection', 'close')
    throw new MailProfileError('invalid_request', 'The request names more than one host.')
  }
  next()
}
