import type { RequestHandler } from 'express'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'

/**
 * Refuses what another site makes a browser send. `Sec-Fetch-Site` (Fetch Metadata: Chromium 76,
 * Firefox 90, Safari 16.4) tells it over https; before that `Origin` does, unless it is `null`, which
 * it is on every page with `Referrer-Policy: no-referrer` (Fetch, "append a request Origin header"), and
 * so on ours. Where neither tells, the form's own note has to.
 *
 * @param baseUrl where people reach the server
 */
export function ownPagesOnly(baseUrl: string): RequestHandler {
  const own = new URL(baseUrl).origin
  return (request, _response, next) => {
    const site = request.get('Sec-Fetch-Site') ?? 'none'
    const origin = request.get('Origin') ?? 'null'
    const isOwn = site === 'same-origin' || site === 'none'
    if (!isOwn || (origin !== 'null' && origin !== own)) {
      throw new MailProfileError('forbidden', say('errors.http.otherWebsite'), {
        hint: say('errors.http.firstPage'),
      })
    }
    next()
  }
}
