import type { X509Certificate } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import type { CertificateUse } from './private-key.js'

/** How many days before its end an operator is told of a certificate. */
export const EXPIRY_WARNING_DAYS = 14

export function notBeforeOf(certificate: X509Certificate): Date {
  return new Date(certificate.validFrom)
}

export function notAfterOf(certificate: X509Certificate): Date {
  return new Date(certificate.validTo)
}

export function isValidAt(certificate: X509Certificate, now: Date): boolean {
  return now >= notBeforeOf(certificate) && now <= notAfterOf(certificate)
}

/**
 * Why a certificate that is not valid now cannot be used.
 *
 * @param hint what to do about it
 */
export function notValid(
  certificate: X509Certificate,
  now: Date,
  { title, section }: CertificateUse,
  hint: string,
): MailProfileError {
  const notAfter = notAfterOf(certificate)
  const sentence =
    now > notAfter
      ? `The ${title} certificate expired on ${day(notAfter)}.`
      : `The ${title} certificate is not valid before ${day(notBeforeOf(certificate))}.`
  return new MailProfileError('certificate_expired', sentence, {
    hint,
    field: `${section}.certificate`,
  })
}

/** The day in UTC, as people and computers both read it. */
export function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10)
}
