import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { pemCertificates } from '../encoding/pem.js'
import { certificateFields } from './fields.js'
import { isIssuedBy } from './issuer.js'

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
