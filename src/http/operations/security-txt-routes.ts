import { Router } from 'express'
import type { SecurityTxt } from '../../config/values-of-app.js'
import { MailProfileError } from '../../errors.js'
import { say } from '../../messages/text.js'

const PATH = '/.well-known/security.txt'
const DAY = 24 * 60 * 60 * 1000
// Section 2.5.5 recommends less than a year.
const LIFETIME_DAYS = 90

/** `GET /.well-known/security.txt`: to whom weaknesses may be reported; 404 where nobody is named. */
export function securityTxtRoutes({
  securityTxt,
  baseUrl,
  now,
}: {
  readonly securityTxt: SecurityTxt | undefined
  readonly baseUrl: string
  readonly now: () => Date
}): Router {
  const router = Router()
  router.get(PATH, (_request, response) => {
    if (securityTxt === undefined) {
      throw new MailProfileError('not_found', say('errors.http.noReports'))
    }
    response
      .set('Cache-Control', 'public, max-age=3600')
      .type('text/plain')
      .send(renderSecurityTxt(securityTxt, `${baseUrl}${PATH}`, now()))
  })
  return router
}

function renderSecurityTxt(
  { contact, expires, encryption, policy, acknowledgments, preferredLanguages }: SecurityTxt,
  canonical: string,
  now: Date,
): string {
  const fields: (readonly [name: string, value: string | undefined])[] = [
    ...contact.map((uri) => ['Contact', uri] as const),
    ['Expires', expires ?? endOf(now)],
    ['Encryption', encryption],
    ['Acknowledgments', acknowledgments],
    ['Policy', policy],
    ['Preferred-Languages', preferredLanguages],
    // Section 2.5.2: web addresses have to be https.
    ['Canonical', canonical.startsWith('https:') ? canonical : undefined],
  ]
  return fields
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]))
    .join('')
}

// Whole days, so that a day's answers are the same.
function endOf(now: Date): string {
  const day = Math.floor(now.getTime() / DAY) + LIFETIME_DAYS
  return new Date(day * DAY).toISOString().replace('.000Z', 'Z')
}
