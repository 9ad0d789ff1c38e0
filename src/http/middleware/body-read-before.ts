import type { Request } from 'express'
import { MailProfileError } from '../../errors.js'
import { hasBody } from '../request/unread-body.js'

/**
 * The body of a request that a program in which this app is mounted has read already: as that keeps it in
 * `request.body`, in bytes again. What `express.json` and `express.urlencoded` leave out is lost, such as a key
 * that is there twice.
 *
 * @returns undefined where nobody has read it
 * @throws MailProfileError `internal` where nothing is kept: without what was typed, a right code would be a
 *   wrong one
 */
export function bodyReadBefore(request: Request): Buffer | undefined {
  if (!hasBody(request) || !request.readableDidRead) return undefined
  const body: unknown = request.body
  if (Buffer.isBuffer(body)) return body
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  if (isObject(body)) {
    if (request.is('application/json') !== false) return Buffer.from(JSON.stringify(body), 'utf8')
    if (request.is('application/x-www-form-urlencoded') !== false) return writeForm(body)
  }
  throw new MailProfileError('internal', 'The body was read before, and is not in request.body.', {
    hint: 'Mount this app before whatever reads bodies.',
  })
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null
}

function writeForm(fields: object): Buffer {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'string') form.append(name, one)
    }
  }
  return Buffer.from(form.toString(), 'utf8')
}
