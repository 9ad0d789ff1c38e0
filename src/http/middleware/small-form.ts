import type { Request, Response } from 'express'
import { readForm } from './form-body.js'

const read = readForm('1kb')

/**
 * The body of a form with a few fields, to be read once it is known that it is wanted: at most 1 KB
 * within 5 seconds.
 *
 * @returns empty when there is none, or one of another type
 * @throws MailProfileError `too_large`, `request_timeout`
 */
export async function readSmallForm(request: Request, response: Response): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    void read(request, response, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error instanceof Error ? error : new Error('The form cannot be read.'))
    })
  })
  const body: unknown = request.body
  return typeof body === 'string' ? body : ''
}
