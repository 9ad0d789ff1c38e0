import { X509Certificate } from 'node:crypto'
import { pemCertificates } from '../encoding/pem.js'
import { MailProfileError } from '../errors.js'
import type { CertificateUse } from './private-key.js'
import { isIssuedBy, isSelfSigned } from '../certificates/issuer.js'
import { publicRoots, type Roots } from '../certificates/roots.js'
import { isValidAt, notAfterOf } from '../certificates/dates.js'

/** Certificates in the order in which each is issued by the next. */
export interface Chain {
  /** The signer's certificate first, then intermediates, without the root. */
  readonly certificates: readonly [X509Certificate, ...X509Certificate[]]
  /** Why verifiers may not get from the last certificate to a root. */
  readonly gap: 'self-signed' | 'missing intermediate' | undefined
  /** The root that issued the last one, if it is known. */
  readonly root: X509Certificate | undefined
  /** Whether it leads to a root that devices trust. */
  readonly isPublic: boolean
}

export interface ChainOptions {
  /** The time at which the certificates should be valid. */
  readonly now: Date
  /** Those that devices trust; Node's by default. */
  readonly roots?: Roots | undefined
}

// A chain has three or four certificates. These bound the search where somebody else made the file.
const MAX_LENGTH = 10
const MAX_STEPS = 500

/**
 * The certificates of a PEM file, in their order.
 *
 * @throws MailProfileError `invalid_configuration` when there is none, or one cannot be read
 */
export function parseCertificates(pem: string, { section }: CertificateUse): X509Certificate[] {
  const field = `${section}.certificate`
  const { blocks, isCut } = pemCertificates(pem)
  if (blocks.length === 0) {
    throw new MailProfileError(
      'invalid_configuration',
      'The certificate file holds no certificate.',
      { hint: `${NOT_PEM}${insteadOf(pem, section)}`, field },
    )
  }
  // Whoever is still writing the file would leave an intermediate certificate out.
  try {
    if (isCut) throw new Error('A certificate has no end.')
    return blocks.map((block) => new X509Certificate(block))
  } catch (cause) {
    throw new MailProfileError('invalid_configuration', 'A certificate in the file is damaged.', {
      field,
      cause,
    })
  }
}

const NOT_PEM = 'It has to be PEM, with lines such as -----BEGIN CERTIFICATE-----.'

function insteadOf(pem: string, section: string): string {
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(pem)) {
    return ' This one holds a private key: are certificate and key swapped?'
  }
  // DER begins with a SEQUENCE, 0x30.
  if (!pem.startsWith('0')) return ''
  return section === 'signing'
    ? ' This one is binary: if it is a .p12 or .pfx file, name it with signing.pkcs12.'
    : ' This one is binary: openssl makes PEM of a .p12 file (pkcs12 -nodes) or a certificate (x509).'
}

type Path = Chain['certificates']

interface Candidate extends Chain {
  /** What decides, the most important first: 1 is better than 0, later better than earlier. */
  readonly rank: readonly number[]
}

/**
 * The best chain of one certificate from those that came with it, in any order: valid now before ended,
 * to a trusted root before elsewhere, and of the issuers that verify the longest-lived. Others are left
 * out (attaching a whole CA bundle is a known mistake), and so are roots: who trusts one has it.
 */
export function buildChain(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  { now, roots = publicRoots }: ChainOptions,
): Chain {
  if (isSelfSigned(leaf)) {
    return { certificates: [leaf], gap: 'self-signed', root: undefined, isPublic: false }
  }
  const issuersOf = createIssuers(others, now)
  let best: Candidate | undefined
  let steps = 0
  const offer = (path: Path, root: X509Certificate | undefined, isStopped: boolean) => {
    const candidate = rated(path, root, isStopped, { now, roots })
    if (best === undefined || compare(candidate.rank, best.rank) > 0) best = candidate
  }
  const search = (path: Path): void => {
    if (steps++ > MAX_STEPS) return
    const last = path.at(-1) ?? leaf
    const issuers = issuersOf(last).filter((issuer) => !path.includes(issuer))
    for (const issuer of issuers) {
      if (isSelfSigned(issuer)) offer(path, issuer, false)
      else if (path.length < MAX_LENGTH) search([...path, issuer])
    }
    const known = roots.issuersOf(last)
    for (const root of known) offer(path, root, issuers.length > 0)
    // Whoever cannot go on stops here, and whoever could only go on to what has ended, once there is an
    // intermediate.
    const mayStop = issuers.length === 0 || (path.length > 1 && !issuers.some(isSelfSigned))
    if (known.length === 0 && mayStop) offer(path, undefined, issuers.length > 0)
  }
  search([leaf])
  return best ?? rated([leaf], undefined, true, { now, roots })
}

/** Everything whose end ends the chain (RFC 5280 section 6.1.3), the signer's certificate first. */
export function wholeChain({ certificates, root }: Chain): readonly X509Certificate[] {
  return root === undefined ? certificates : [...certificates, root]
}

/** When the first certificate of a chain ends. */
export function chainEnd(chain: Chain): Date {
  return new Date(Math.min(...wholeChain(chain).map((one) => notAfterOf(one).getTime())))
}

/** How good a chain is, to be compared with others. */
export function rankOf(chain: Chain, now: Date): readonly number[] {
  const isValid = wholeChain(chain).every((certificate) => isValidAt(certificate, now))
  return [isValid, chain.isPublic, chain.gap === undefined].map(Number)
}

/** Positive when the first rank is the better one. */
export function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, i) => value !== other[i])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

function rated(
  certificates: Path,
  root: X509Certificate | undefined,
  isStopped: boolean,
  { now, roots }: { readonly now: Date; readonly roots: Roots },
): Candidate {
  // A verifier that knows the root of an earlier one does not need what comes after it.
  const isPublic =
    (root !== undefined && roots.has(root)) ||
    certificates.some((one) => roots.issuersOf(one).some((issuer) => isValidAt(issuer, now)))
  // An intermediate's own issuer is a root, as far as can be known; a leaf's hardly ever is.
  const gap =
    certificates.length === 1 && root === undefined ? ('missing intermediate' as const) : undefined
  const chain: Chain = { certificates, gap, root, isPublic }
  // What an operator has put into the file on purpose, such as a cross-signed root, stays in.
  const rank = [...rankOf(chain, now), Number(!isStopped), chainEnd(chain).getTime()]
  return { ...chain, rank }
}

/** The issuers of a certificate among some: those valid now first, then the longest-lived. */
function createIssuers(others: readonly X509Certificate[], now: Date) {
  const distinct = [...new Map(others.map((other) => [other.fingerprint256, other])).values()]
  const authorities = distinct
    .filter((other) => other.ca)
    .sort(
      (a, b) =>
        Number(isValidAt(b, now)) - Number(isValidAt(a, now)) ||
        notAfterOf(b).getTime() - notAfterOf(a).getTime(),
    )
  const known = new Map<X509Certificate, readonly X509Certificate[]>()
  return (certificate: X509Certificate): readonly X509Certificate[] => {
    const found =
      known.get(certificate) ??
      authorities.filter(
        (other) => !other.raw.equals(certificate.raw) && isIssuedBy(certificate, other),
      )
    known.set(certificate, found)
    return found
  }
}
