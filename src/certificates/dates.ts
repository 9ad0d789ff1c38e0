import type { X509Certificate } from 'node:crypto'

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

/** The day in UTC, as people and computers both read it. */
export function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unknown day' : date.toISOString().slice(0, 10)
}
