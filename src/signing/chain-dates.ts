import type { X509Certificate } from 'node:crypto'
import { certificateFields } from '../certificates/fields.js'
import { holderName } from '../certificates/holder-name.js'
import { wholeChain, type Chain } from './chain.js'
import type { CertificateUse } from './private-key.js'
import { day, EXPIRY_WARNING_DAYS, notAfterOf, notBeforeOf } from '../certificates/dates.js'

/** Something about the dates of a chain that an operator should know. */
export interface DateFinding {
  readonly state: 'ended' | 'not yet valid' | 'ends soon'
  /** For everybody: no names, no paths. */
  readonly sentence: string
  /** Which certificate it is, in a sentence, where it is not the first one. */
  readonly details?: string | undefined
}

/** What the end of a chain means, each to be read after a colon. */
export interface DateAdvice {
  readonly leaf: string
  /** Of one that has ended. */
  readonly issuer: string
}

const DAY = 24 * 60 * 60 * 1000

/** What is wrong with the dates of any certificate of a chain, or soon will be. */
export function dateFindings(
  chain: Chain,
  now: Date,
  use: CertificateUse,
  advice: DateAdvice,
): DateFinding[] {
  const all = wholeChain(chain)
  const findings: DateFinding[] = []
  const describe = (certificate: X509Certificate) => {
    const isLeaf = certificate === all[0]
    const kind = certificate === chain.root ? 'root' : 'intermediate'
    return {
      what: isLeaf
        ? `The ${use.title} certificate`
        : `The ${kind} certificate of the ${use.title} chain`,
      details: isLeaf ? undefined : `It is “${nameOf(certificate)}”.`,
      isLeaf,
    }
  }
  for (const certificate of ending(all, now)) {
    const { what, details, isLeaf } = describe(certificate)
    const end = notAfterOf(certificate)
    const hasEnded = now > end
    const then = isLeaf
      ? advice.leaf
      : hasEnded
        ? advice.issuer
        : "put the authority's new one into the file"
    const sentence = `${what} ${hasEnded ? 'expired' : 'expires'} on ${day(end)}: ${then}.`
    findings.push({ state: hasEnded ? 'ended' : 'ends soon', sentence, details })
  }
  const early = all.find((certificate) => now < notBeforeOf(certificate))
  if (early !== undefined) {
    const { what, details } = describe(early)
    const sentence = `${what} is not valid before ${day(notBeforeOf(early))}.`
    findings.push({ state: 'not yet valid', sentence, details })
  }
  return findings
}

/** The holder of a certificate, as people call it. */
export function nameOf(certificate: X509Certificate): string {
  return holderName(certificateFields(certificate.raw).subject) ?? certificate.serialNumber
}

/** "valid until 2027-02-01 (68 days left)", and which certificate ends first if it is not the first one. */
export function lifeOf(chain: Chain, now: Date): string {
  const [first = chain.certificates[0]] = byEnd(wholeChain(chain))
  const days = Math.floor((notAfterOf(first).getTime() - now.getTime()) / DAY)
  const which =
    notAfterOf(first) < notAfterOf(chain.certificates[0])
      ? `; “${nameOf(first)}” of its chain ends first`
      : ''
  return `valid until ${day(notAfterOf(first))} (${days} days left${which})`
}

// The one that ends first, and the leaf if that ends on another day: who renews one of them has to
// know of both.
function ending(all: readonly X509Certificate[], now: Date): X509Certificate[] {
  const limit = now.getTime() + EXPIRY_WARNING_DAYS * DAY
  const soon = byEnd(all.filter((certificate) => notAfterOf(certificate).getTime() < limit))
  const [first] = soon
  const leaf = soon.find((certificate) => certificate === all[0])
  if (first === undefined) return []
  if (leaf === undefined || leaf === first) return [first]
  return notAfterOf(leaf).getTime() - notAfterOf(first).getTime() < DAY ? [leaf] : [first, leaf]
}

function byEnd(certificates: readonly X509Certificate[]): X509Certificate[] {
  return [...certificates].sort((a, b) => notAfterOf(a).getTime() - notAfterOf(b).getTime())
}
