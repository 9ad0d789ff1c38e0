import type { X509Certificate } from 'node:crypto'
import { checkServerIdentity, rootCertificates, type TLSSocket } from 'node:tls'
import { EXPIRY_WARNING_DAYS, notAfterOf, notBeforeOf } from '../certificates/dates.js'
import { certificateFields } from '../certificates/fields.js'
import { holderName } from '../certificates/holder-name.js'
import { isIssuedBy, isSelfSigned } from '../certificates/issuer.js'
import { createRoots } from '../certificates/roots.js'
import type { StepProblem } from './report.js'
import { printable } from './server-text.js'

const DAY_MS = 86_400_000
/** What iOS 13 and OpenSSL's usual security level ask of RSA keys, in bits. */
const MIN_RSA_BITS = 2048
/** More certificates than this are no chain. */
const MAX_CHAIN = 10

export interface CertificateJudgement {
  readonly detail: string
  readonly failures: readonly StepProblem[]
  readonly warnings: readonly StepProblem[]
}

export interface CertificateOptions {
  /** The name that it has to have. */
  readonly host: string
  /** Roots to trust besides Node's own, in PEM. */
  readonly trust: readonly string[]
  readonly now: Date
}

/**
 * What is wrong with a server's certificate. OpenSSL names one problem only, and cannot tell a
 * missing intermediate from a root that it does not know: it says whether, and this says why.
 */
export function judgeCertificate(
  socket: TLSSocket,
  options: CertificateOptions,
): CertificateJudgement {
  const leaf = socket.getPeerX509Certificate()
  try {
    if (leaf !== undefined) return judge(leaf, socket, options)
  } catch {
    // Dates that are none, keys of unknown kinds: a server may send anything.
  }
  const detail = leaf === undefined ? 'no certificate' : 'a certificate that cannot be read'
  return { detail, failures: [{ code: 'certificate_untrusted' }], warnings: [] }
}

function judge(
  leaf: X509Certificate,
  socket: TLSSocket,
  { host, trust, now }: CertificateOptions,
): CertificateJudgement {
  // Typed as an Error; with rejectUnauthorized off it is a code of OpenSSL's or Node's.
  const reason = String(socket.authorizationError)
  const chainHolds = socket.authorized || reason === 'ERR_TLS_CERT_ALTNAME_INVALID'
  const sent = sentChain(leaf)
  const failures = [
    ...nameProblems(leaf, host),
    ...(chainHolds ? [leaf] : sent).flatMap((certificate) => dateProblems(certificate, leaf, now)),
    ...(chainHolds ? [] : trustProblems(sent, trust)),
    ...keyProblems(leaf),
  ]
  const end = notAfterOf(leaf)
  const days = daysBetween(now, end)
  const until = end.toISOString().slice(0, 10)
  return {
    detail: `certificate from ${nameOf(leaf, 'issuer')} until ${until} (${inDays(days)})`,
    failures:
      failures.length === 0 && !socket.authorized
        ? [{ code: 'certificate_untrusted', detail: printable(reason) }]
        : failures,
    warnings:
      failures.length === 0 && endsSoon(leaf, now) ? [{ code: 'certificate_expires_soon' }] : [],
  }
}

function nameProblems(leaf: X509Certificate, host: string): StepProblem[] {
  // Node still takes the common name where there are no other names; phones do not (RFC 9525).
  const names = leaf.subjectAltName
  const fits = checkServerIdentity(host, leaf.toLegacyObject()) === undefined
  if (fits && names !== undefined) return []
  const list = (names ?? '').split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
  const some = list.slice(0, 4).join(', ') + (list.length > 4 ? ', …' : '')
  const detail = names === undefined ? 'it names no host' : `it is for ${printable(some)}`
  return [{ code: 'certificate_name', detail }]
}

function dateProblems(
  certificate: X509Certificate,
  leaf: X509Certificate,
  now: Date,
): StepProblem[] {
  const which = certificate === leaf ? '' : `that of ${nameOf(certificate, 'subject')} `
  const [from, to] = [notBeforeOf(certificate), notAfterOf(certificate)]
  if (now > to) {
    return [
      { code: 'certificate_expired', detail: `${which}expired ${inDays(daysBetween(now, to))}` },
    ]
  }
  if (now >= from) return []
  const detail = `${which}valid only ${inDays(daysBetween(now, from))}`
  return [{ code: 'certificate_not_yet_valid', detail }]
}

function trustProblems(sent: readonly X509Certificate[], trust: readonly string[]): StepProblem[] {
  const roots = createRoots([...rootCertificates, ...trust])
  const last = sent.at(-1)
  if (last === undefined) return []
  const trusted = sent.some(
    (certificate) => roots.has(certificate) || roots.issuersOf(certificate).length > 0,
  )
  if (trusted) return []
  if (isSelfSigned(last)) {
    if (sent.length === 1) return [{ code: 'certificate_self_signed' }]
    return [{ code: 'unknown_root', detail: nameOf(last, 'subject') }]
  }
  // An intermediate's own issuer is a root, as far as can be known; a leaf's hardly ever is.
  const code = sent.length === 1 ? 'missing_intermediate' : 'unknown_root'
  return [{ code, detail: `${nameOf(last, 'issuer')} is missing` }]
}

function keyProblems({ publicKey }: X509Certificate): StepProblem[] {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength
  if (bits === undefined || bits >= MIN_RSA_BITS) return []
  return [{ code: 'weak_key', detail: `RSA with ${bits} bits` }]
}

/** The server's certificate and those that it sent which lead on from it. */
function sentChain(leaf: X509Certificate): X509Certificate[] {
  const chain = [leaf]
  let last = leaf
  while (chain.length < MAX_CHAIN && last.issuerCertificate !== undefined) {
    const next = last.issuerCertificate
    if (!isIssuedBy(last, next)) break
    chain.push(next)
    last = next
  }
  return chain
}

/** What the holder of a certificate, or who issued it, is called. */
function nameOf({ raw }: X509Certificate, whose: 'subject' | 'issuer'): string {
  return printable(holderName(certificateFields(raw)[whose]) ?? '') || 'somebody unnamed'
}

// Some authorities give certificates for days only, and all advise to renew when a third of the lifetime is
// left: what counts is whether that should have happened already.
function endsSoon(leaf: X509Certificate, now: Date): boolean {
  const end = notAfterOf(leaf)
  const left = end.getTime() - now.getTime()
  const lifetime = end.getTime() - notBeforeOf(leaf).getTime()
  return daysBetween(now, end) < EXPIRY_WARNING_DAYS && left < lifetime / 3
}

/** Whole days from one time to another; negative when it is past. */
function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / DAY_MS)
}

function inDays(days: number): string {
  const count = Math.abs(days)
  const text = count === 1 ? '1 day' : `${count} days`
  return days < 0 ? `${text} ago` : `in ${text}`
}
