import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import { buildChain, compare, rankOf, type Chain, type ChainOptions } from './chain.js'
import { nameOf } from './chain-dates.js'
import type { CertificateUse } from './private-key.js'
import { day, isValidAt, notAfterOf, notBeforeOf } from '../certificates/dates.js'

/** A private key and the chain of its certificate. */
export interface ChosenIdentity {
  readonly key: KeyObject
  readonly chain: Chain
}

export interface IdentityChoice extends ChainOptions {
  readonly use: CertificateUse
  /** Whether a certificate is for what it shall do. */
  readonly isFit: (certificate: X509Certificate) => boolean
  /** What to do about one that is not valid now. */
  readonly hint: string
}

/**
 * The key and the certificate to use of those in some files: valid now, fit for their use, with the best
 * chain, and the newest of these. The order in the files decides nothing.
 *
 * @throws MailProfileError `certificate_mismatch`, `certificate_expired` (not yet valid, too),
 *   `invalid_configuration` for two that are both valid and have different keys
 */
export function chooseIdentity(
  certificates: readonly X509Certificate[],
  keys: readonly KeyObject[],
  { use, isFit, hint, now, roots }: IdentityChoice,
): ChosenIdentity {
  const pairs = distinctKeys(keys).flatMap((key) =>
    certificates
      .filter((certificate) => certificate.checkPrivateKey(key))
      .map((certificate) => ({ key, certificate })),
  )
  const [latest] = pairs.toSorted(
    (a, b) => notAfterOf(b.certificate).getTime() - notAfterOf(a.certificate).getTime(),
  )
  if (latest === undefined) {
    throw new MailProfileError(
      'certificate_mismatch',
      `The ${use.title} key does not belong to any certificate in the certificate file.`,
      {
        hint: 'Give the certificate and the key that were issued together.',
        field: `${use.section}.key`,
      },
    )
  }
  const valid = pairs.filter(({ certificate }) => isValidAt(certificate, now))
  const [first, ...rest] = valid
  if (first === undefined) throw notValid(latest.certificate, now, use, hint)
  const other = rest.find(({ key }) => key !== first.key)
  if (other !== undefined) throw ambiguous([first.certificate, other.certificate], use)
  const [best] = valid
    .map(({ key, certificate }) => {
      const chain = buildChain(certificate, certificates, { now, roots })
      const rank = [
        Number(isFit(certificate)),
        ...rankOf(chain, now),
        notBeforeOf(certificate).getTime(),
        notAfterOf(certificate).getTime(),
      ]
      return { key, chain, rank }
    })
    .sort((a, b) => compare(b.rank, a.rank))
  if (best === undefined) throw new RangeError('One of one is the best.')
  return best
}

function distinctKeys(keys: readonly KeyObject[]): KeyObject[] {
  const byPublicKey = new Map(
    keys.map((key) => {
      const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
      return [spki.toString('latin1'), key]
    }),
  )
  return [...byPublicKey.values()]
}

function ambiguous(
  certificates: readonly X509Certificate[],
  { title, section }: CertificateUse,
): MailProfileError {
  const named = certificates.map((one) => `“${nameOf(one)}” (serial number ${one.serialNumber})`)
  return new MailProfileError(
    'invalid_configuration',
    `There are two ${title} identities with different keys, and both are valid now: ${named.join(' and ')}.`,
    {
      hint: 'Leave only the one in the file that is to be used, with its chain.',
      field: section,
    },
  )
}

/**
 * Why a certificate that is not valid now cannot be used.
 *
 * @param hint what to do about it
 */
function notValid(
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
