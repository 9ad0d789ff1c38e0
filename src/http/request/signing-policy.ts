import type { SignFound } from '../../config/values-of-app.js'
import type { DomainSettings } from '../../providers/domain-settings.js'
import type { Format } from '../../formats/format.js'
import type { SigningIdentity } from '../../signing/identity.js'

/** With what profiles are signed, and which of them. */
export interface ProfileSigning {
  /** Without one nothing is signed. */
  readonly signingIdentity: SigningIdentity | undefined
  /** Of settings that were found, which ones get a signed profile. */
  readonly signFound: SignFound
  readonly now: () => Date
}

/**
 * Whether the operator's signature goes under these settings: always under those that the operator or
 * the catalogue configured; under what a domain publishes for servers of its own only if the operator
 * said so; under nothing else. All that makes a profile asks here.
 */
export function isSigned(
  { voucher }: Pick<DomainSettings, 'voucher'>,
  signFound: SignFound,
): boolean {
  return voucher === 'catalogue' || (voucher === 'domain' && signFound === 'vouched')
}

/** Whether a format that is usually signed goes out without a signature. */
export function isUnsigned(
  { signed }: Pick<Format, 'signed'>,
  settings: Pick<DomainSettings, 'voucher'>,
  signFound: SignFound,
): boolean {
  return signed && !isSigned(settings, signFound)
}

/** Whom a profile may name as the one who offers it: nobody, where the operator does not vouch for it. */
export function organizationOf(
  { voucher }: Pick<DomainSettings, 'voucher'>,
  operator: string | undefined,
): string | undefined {
  return voucher === 'catalogue' ? operator : undefined
}
