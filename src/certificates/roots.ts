import { X509Certificate, type KeyObject } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { certificateFields } from './fields.js'
import { pemCertificates } from '../encoding/pem.js'

/** The roots that devices are taken to trust. */
export interface Roots {
  /** Those that issued a certificate by its names, keys and signature. */
  issuersOf(certificate: X509Certificate): readonly X509Certificate[]
  has(certificate: X509Certificate): boolean
}

/** @param pems certificates in PEM */
export function createRoots(pems: readonly string[]): Roots {
  // To parse all of Node's takes 15 ms, and hardly ever is more than one of them asked for.
  let ders: readonly Buffer[] | undefined
  const all = () =>
    (ders ??= pems
      .flatMap((pem) => pemCertificates(pem).blocks)
      .map((block) => Buffer.from(block.replace(/-----[^-]*-----/g, ''), 'base64')))
  const known = new WeakMap<X509Certificate, readonly X509Certificate[]>()
  const find = (certificate: X509Certificate) => {
    const { issuer } = certificateFields(certificate.raw)
    return all()
      .filter((der) => der.includes(issuer))
      .map((der) => new X509Certificate(der))
      .filter((root) => isIssuedBy(certificate, root))
  }
  return {
    issuersOf(certificate) {
      const found = known.get(certificate) ?? find(certificate)
      known.set(certificate, found)
      return found
    },
    has: ({ raw }) => all().some((der) => der.equals(raw)),
  }
}

/** The roots that Node ships, which are Mozilla's list; Apple's has nearly the same. */
export const publicRoots: Roots = createRoots(rootCertificates)

/** Whether names, key identifiers and the signature say that `issuer` issued the certificate. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && isSignedWith(certificate, issuer)
}

/** Not by `checkIssued`: that is false for a certificate that may not sign certificates. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isSignedWith(certificate, certificate)
}

/** The key of a certificate; undefined for one of a kind that OpenSSL does not know, in a file from anywhere. */
export function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey
  } catch {
    return undefined
  }
}

function isSignedWith(certificate: X509Certificate, issuer: X509Certificate): boolean {
  const key = publicKeyOf(issuer)
  try {
    return key !== undefined && certificate.verify(key)
  } catch {
    // A signature of a kind that is not known either.
    return false
  }
}
