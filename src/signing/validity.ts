import type { X509Certificate } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import type { CertificateUse } from './private-key.js'

const EXPIRY_WARNING_DAYS = 14
const DAY = 24 * 60 * 60 * 1000

/**
 * When a certificate ends, once it has been found valid.
 *
 * @throws MailProfileError `certificate_expired`, for one that is not valid yet too
 */
export function requireValid(
  certificate: X509Certificate,
  now: Date,
  { title, section }: CertificateUse,
  hint: string,
): Date {
  const notBefore = new Date(certificate.validFrom)
  const notAfter = new Date(certificate.validTo)
  if (now >= notBefore && now <= notAfter) return notAfter
  const sentence =
    now > notAfter
      ? `The ${title} certificate expired on ${day(notAfter)}.`
      : `The ${title} certificate is not valid before ${day(notBefore)}.`
  throw new MailProfileError('certificate_expired', sentence, {
    hint,
    field: `${section}.certificate`,
  })
}

/**
 * What an operator should know about a certificate's end, in sentences: from 14 days before it on.
 *
 * @param advice what to do, to be read after a colon
 */
export function expiryWarnings(
  notAfter: Date,
  now: Date,
  { title }: CertificateUse,
  advice: string,
): string[] {
  if (now > notAfter) return [`The ${title} certificate expired on ${day(notAfter)}: ${advice}.`]
  if (notAfter.getTime() - now.getTime() >= EXPIRY_WARNING_DAYS * DAY) return []
  return [`The ${title} certificate expires on ${day(notAfter)}: ${advice}.`]
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
