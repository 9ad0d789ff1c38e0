import type { Request, RequestHandler, Response } from 'express'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'
import { bodyReadBefore } from './body-read-before.js'

/** The most that anything here reads: other apps take more, and no header says how long it is unpacked. */
export const MAX_BODY_BYTES = 16 * 1024

/**
 * The body of a request, once it is known that it is wanted. It has to come whole within a time: what has
 * not come by then is not waited for, and the connection is closed after the answer.
 *
 * @param read what reads it, such as `express.raw()`
 * @returns what that makes of it; undefined where there is none, or one of another type; a `Buffer` where
 *   a program in which this app is mounted has read it before
 * @throws MailProfileError `request_timeout`, `too_large`; and as `read` for what it cannot decode
 */
export async function readBody(
  request: Request,
  response: Response,
  milliseconds: number,
  read: RequestHandler,
): Promise<unknown> {
  const before = bodyReadBefore(request)
  if (before !== undefined) {
    if (before.length > MAX_BODY_BYTES) throw requestTooLarge()
    return before
  }
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(tooLate()), milliseconds)
      void read(request, response, (error?: unknown) => {
        if (error === undefined) resolve()
        else reject(error instanceof Error ? error : new Error('The body cannot be read.'))
      })
    })
  } catch (error) {
    throw (error as { readonly status?: unknown }).status === 413 ? requestTooLarge(error) : error
  } finally {
    clearTimeout(timer)
  }
  return request.body
}

function tooLate(): MailProfileError {
  return new MailProfileError('request_timeout', say('errors.http.tooLate'), {
    hint: say('errors.http.betterConnection'),
  })
}

/** What is said of a request that is longer than anything that is asked for here. */
export function requestTooLarge(cause?: unknown): MailProfileError {
  return new MailProfileError('too_large', say('errors.http.tooLarge'), { cause })
}
