import type { X509Certificate } from 'node:crypto'
import { nameOf, dateFindings } from './chain-dates.js'
import type { Chain } from './chain.js'
import { maySign } from '../certificates/key-usage.js'
import type { CertificateUse } from './private-key.js'

/**
 * Why devices do not show “Verified”. `unknown root` alone has an exception: devices that somebody has
 * given this root, as organisations do.
 */
export type TrustReason =
  | 'development'
  | 'self-signed'
  | 'missing intermediate'
  | 'ended'
  | 'not yet valid'
  | 'key usage'
  | 'unknown root'

/** One reason why devices do not show “Verified”, in words. */
export interface TrustProblem {
  readonly reason: TrustReason
  /** For everybody: no names of certificates, no paths. */
  readonly sentence: string
  /** Which certificate it is about, in a sentence for the operator. */
  readonly details?: string | undefined
}

/** Whether devices show “Verified” for what a chain signs, and why not. */
export interface TrustVerdict {
  /** The first problem's reason, the one that has to be mended first. */
  readonly reason: TrustReason | 'good'
  readonly problems: readonly TrustProblem[]
  /** What will be a problem soon. */
  readonly soon: readonly Omit<TrustProblem, 'reason'>[]
}

export const SIGNING_USE: CertificateUse = { title: 'signing', section: 'signing' }
/** The common name of the root that `createDevelopmentIdentity` makes. */
export const DEVELOPMENT_ROOT = 'mailprofile development root'

const ADVICE = {
  leaf: 'renew it, keeping its key',
  issuer: 'phones show “Not Verified” until the file holds the current one',
}

/**
 * The one judgement of trust: pages, `/readyz`, `config check`, `inspect` and the start's warnings all
 * tell it. It knows names, signatures, dates and usages (RFC 5280 section 6.1); not what has been
 * revoked.
 */
export function judgeTrust(
  chain: Chain,
  now: Date,
  { development = isDevelopment(chain) }: { readonly development?: boolean } = {},
): TrustVerdict {
  const dates = dateFindings(chain, now, SIGNING_USE, ADVICE)
  const ofDates = dates.flatMap(({ state, ...told }) =>
    state === 'ends soon' ? [] : [{ reason: state, ...told }],
  )
  const problems: readonly TrustProblem[] = [
    ...(development ? [DEVELOPMENT] : chainProblems(chain)),
    ...ofDates,
  ].sort((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason))
  return {
    reason: problems[0]?.reason ?? 'good',
    problems,
    soon: dates.filter(({ state }) => state === 'ends soon'),
  }
}

/** Whether a certificate may sign CMS: either usage is enough (RFC 8551 section 4.4.2). */
export function isFitToSign(certificate: X509Certificate): boolean {
  return maySign(certificate, ['digitalSignature', 'contentCommitment'])
}

/** All that a verdict says, in sentences for the operator. */
export function trustWarnings({ problems, soon }: TrustVerdict): string[] {
  return [...problems, ...soon].map(({ sentence, details }) =>
    details === undefined ? sentence : `${sentence} ${details}`,
  )
}

const ORDER: readonly TrustReason[] = [
  'development',
  'self-signed',
  'missing intermediate',
  'ended',
  'not yet valid',
  'key usage',
  'unknown root',
]

/** Whatever else is wrong with what mailprofile made for itself does not matter. */
export const DEVELOPMENT: TrustProblem = {
  reason: 'development',
  sentence:
    'Profiles are signed with a development certificate: phones will show “Not Verified” until ' +
    'you configure a public certificate (signing.certificate and signing.key).',
}

function chainProblems(chain: Chain): TrustProblem[] {
  const [leaf] = chain.certificates
  // Nothing that such a certificate lacks makes it worse.
  if (chain.gap === 'self-signed') {
    return [
      {
        reason: 'self-signed',
        sentence: 'The signing certificate is self-signed: phones will show “Not Verified”.',
      },
    ]
  }
  const problems: TrustProblem[] = []
  if (!isFitToSign(leaf)) {
    problems.push({
      reason: 'key usage',
      sentence:
        'The signing certificate is not for signatures (its key usage lacks digitalSignature): ' +
        'verifiers may refuse what it signs, and phones may show “Not Verified”.',
    })
  }
  if (chain.gap === 'missing intermediate') {
    problems.push({
      reason: 'missing intermediate',
      sentence:
        'The intermediate certificate is missing: phones will show “Not Verified”. Use the full ' +
        // What a profile holds does not tell.
        'chain (fullchain.pem), unless the root of a private authority issued it, which is never in a profile.',
    })
  } else if (!chain.isPublic) {
    problems.push({
      reason: 'unknown root',
      sentence:
        'The signing certificate leads to no public root: phones will show “Not Verified”, but for ' +
        'those that were given its root.',
      details: `The chain ends with “${nameOf(chain.root ?? chain.certificates.at(-1) ?? leaf)}”.`,
    })
  }
  return problems
}

function isDevelopment({ certificates: [leaf] }: Chain): boolean {
  return leaf.issuer === `CN=${DEVELOPMENT_ROOT}`
}
