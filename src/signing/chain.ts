import { X509Certificate } from 'node:crypto'
import { MailProfileError } from '../errors.js'
import type { CertificateUse } from './private-key.js'

const PEM_CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END [^-]*-----/g
const PEM_BEGIN = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g

/** Certificates in the order in which each is issued by the next. */
export interface Chain {
  /** The signer's certificate first, then intermediates, without the root. */
  readonly certificates: readonly [X509Certificate, ...X509Certificate[]]
  /** Why verifiers may not get from the last certificate to a root. */
  readonly gap: 'self-signed' | 'missing intermediate' | undefined
}

/**
 * The certificates of a PEM file, in their order.
 *
 * @throws MailProfileError `invalid_configuration` when there is none, or one cannot be read
 */
export function parseCertificates(pem: string, { section }: CertificateUse): X509Certificate[] {
  const field = `${section}.certificate`
  const blocks = pem.match(PEM_CERTIFICATE) ?? []
  if (blocks.length === 0) {
    throw new MailProfileError(
      'invalid_configuration',
      'The certificate file holds no certificate.',
      { hint: 'It has to be PEM, with lines such as -----BEGIN CERTIFICATE-----.', field },
    )
  }
  // Whoever is still writing the file would leave an intermediate certificate out.
  const begun = pem.match(PEM_BEGIN)?.length ?? 0
  try {
    if (begun > blocks.length) throw new Error('A certificate has no end.')
    return blocks.map((block) => new X509Certificate(block))
  } catch (cause) {
    throw new MailProfileError('invalid_configuration', 'A certificate in the file is damaged.', {
      field,
      cause,
    })
  }
}

/**
 * The chain of one certificate from those that came with it, in any order; others are left out
 * (attaching a whole CA bundle is a known mistake).
 */
export function buildChain(leaf: X509Certificate, others: readonly X509Certificate[]): Chain {
  const certificates: [X509Certificate, ...X509Certificate[]] = [leaf]
  if (isSelfSigned(leaf)) return { certificates, gap: 'self-signed' }
  const rest = new Set(others.filter((other) => !other.raw.equals(leaf.raw)))
  for (let last = leaf; ;) {
    const issuer = [...rest].find((other) => isIssuedBy(last, other))
    if (issuer === undefined) {
      // An intermediate's own issuer is a root, as far as can be known; a leaf's hardly ever is.
      return { certificates, gap: last === leaf ? 'missing intermediate' : undefined }
    }
    if (isSelfSigned(issuer)) return { certificates, gap: undefined }
    certificates.push(issuer)
    rest.delete(issuer)
    last = issuer
  }
}

/** Not by `checkIssued`: that is false for a certificate that may not sign certificates. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey)
}

/** Whether names, key identifiers and the signature say that `issuer` issued the certificate. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}
