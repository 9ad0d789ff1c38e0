import type { RequestHandler } from 'express'
import { MailProfileError } from '../../errors.js'

/**
 * Reads a body that has to come whole within a time. What has not come by then is not waited for: the
 * connection is closed after the answer.
 *
 * @param read what reads it, such as `express.raw()`
 * @returns a handler that passes on MailProfileError `request_timeout`, and whatever `read` does
 */
export function bodyWithin(milliseconds: number, read: RequestHandler): RequestHandler {
  return (request, response, next) => {
    let isDecided = false
    const decide = (error?: unknown) => {
      if (isDecided) return
      isDecided = true
      clearTimeout(timer)
      next(error)
    }
    const timer = setTimeout(() => {
      decide(
        new MailProfileError('request_timeout', 'The request did not come whole in time.', {
          hint: 'Try again with a better connection.',
        }),
      )
    }, milliseconds)
    void read(request, response, decide)
  }
}
