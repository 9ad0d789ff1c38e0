import express, { type RequestHandler } from 'express'
import { MailProfileError } from '../../errors.js'
import { bodyWithin } from './body-deadline.js'

const MILLISECONDS = 5000

/**
 * Reads the body of a form (`application/x-www-form-urlencoded`) as text: `request.body`. Another type is
 * not read. It has to come whole within 5 seconds.
 *
 * @param limit the greatest length, as "1kb"
 */
export function readForm(limit: string): RequestHandler {
  const read = bodyWithin(
    MILLISECONDS,
    express.text({ type: 'application/x-www-form-urlencoded', limit, inflate: false }),
  )
  return (request, response, next) => {
    void read(request, response, (error?: unknown) => {
      if ((error as { status?: unknown } | undefined)?.status === 413) {
        next(new MailProfileError('too_large', 'The request is too large.'))
      } else next(error)
    })
  }
}
