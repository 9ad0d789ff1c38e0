import type { KeyObject, X509Certificate } from 'node:crypto'

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
