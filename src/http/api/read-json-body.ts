import express, { type Request, type Response } from 'express'
import { DuplicateKey, readJson } from '../../encoding/read-json.js'
import { MailProfileError } from '../../errors.js'
import { readBody } from '../middleware/read-body.js'

const LIMIT = 16 * 1024
const MILLISECONDS = 10_000

// Bytes, because a text decoder that replaces what is broken would change a password.
const readBytes = express.raw({ type: () => true, limit: LIMIT, inflate: false })

/**
 * The body of a request, which has to be JSON in UTF-8 (RFC 8259) with each key once, at most 16 kB, not
 * compressed, and there within 10 seconds.
 *
 * @throws MailProfileError `invalid_request`, `too_large`, `request_timeout`; never with a part of the body
 */
export async function readJsonBody(request: Request, response: Response): Promise<unknown> {
  if (!/^application\/json *(?:;|$)/i.test(request.get('Content-Type') ?? '')) {
    throw notJson('Send “Content-Type: application/json”.')
  }
  const bytes = await bytesOf(request, response)
  try {
    return readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof DuplicateKey) throw notJson('Give each key once.')
    // The parser's own message quotes the body.
    throw notJson('Check quotes, commas and braces; the text has to be UTF-8.')
  }
}

async function bytesOf(request: Request, response: Response): Promise<Uint8Array> {
  try {
    const body = await readBody(request, response, MILLISECONDS, readBytes)
    return body instanceof Uint8Array ? body : new Uint8Array()
  } catch (error) {
    if (error instanceof MailProfileError) throw error
    throw notJson('Send it whole and without compression.')
  }
}

function notJson(hint: string): MailProfileError {
  return new MailProfileError('invalid_request', 'The body of this request has to be JSON.', {
    hint,
  })
}
