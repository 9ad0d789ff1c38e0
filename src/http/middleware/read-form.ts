import express, { type Request, type Response } from 'express'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { readBody } from './read-body.js'

const MILLISECONDS = 5000

/** Reads a form, to be called once it is known that it is wanted. */
export type ReadForm = (request: Request, response: Response) => Promise<string>

/**
 * Reads forms (`application/x-www-form-urlencoded`) as text. Each has to come whole within 5 seconds.
 * Empty is what has none, or a body of another type.
 *
 * @param limit the greatest length, as "1kb"
 * @returns what rejects with MailProfileError `invalid_request`, `too_large`, `request_timeout`
 */
export function createReadForm(limit: string): ReadForm {
  const read = express.text({ type: 'application/x-www-form-urlencoded', limit, inflate: false })
  return async (request, response) => {
    try {
      const body = await readBody(request, response, MILLISECONDS, read)
      if (Buffer.isBuffer(body)) return body.toString('utf8')
      return typeof body === 'string' ? body : ''
    } catch (cause) {
      if (cause instanceof MailProfileError) throw cause
      throw new MailProfileError('invalid_request', say('errors.http.unreadableForm'), {
        hint: say('errors.http.sendForm'),
        cause,
      })
    }
  }
}
