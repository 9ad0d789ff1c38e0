import type { KeyObject } from 'node:crypto'
import { nullValue, objectIdentifier, sequence } from '../encoding/der.js'
import { MailProfileError } from '../errors.js'

/** What is known of one way to sign; everything below works from the entry and re-lists nothing. */
export interface SigningAlgorithm {
  /** As people write it: "RSA 2048 with SHA-256". */
  readonly title: string
  /** Node's name of the digest. */
  readonly digest: 'sha256' | 'sha384' | 'sha512'
  /** DER of the DigestAlgorithmIdentifier, parameters absent (RFC 5754 section 2). */
  readonly digestIdentifier: Buffer
  /** DER of the SignatureAlgorithmIdentifier. */
  readonly signatureIdentifier: Buffer
}

// RFC 5754 section 2.
const DIGEST_OIDS = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

// Node's curve name: the digest of matching strength, and ecdsa-with-SHA2 (RFC 5754 section 3.3).
const CURVES: Readonly<
  Record<string, { title: string; digest: keyof typeof DIGEST_OIDS; signatureOid: string }>
> = {
  prime256v1: { title: 'ECDSA P-256', digest: 'sha256', signatureOid: '1.2.840.10045.4.3.2' },
  secp384r1: { title: 'ECDSA P-384', digest: 'sha384', signatureOid: '1.2.840.10045.4.3.3' },
  secp521r1: { title: 'ECDSA P-521', digest: 'sha512', signatureOid: '1.2.840.10045.4.3.4' },
}

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1' // as SignatureAlgorithm: RFC 3370 section 3.2
const MIN_RSA_BITS = 2048

/**
 * The algorithm for a key. Apple's published verifier takes RSA PKCS#1 v1.5 and ECDSA, no RSA-PSS
 * and no EdDSA.
 *
 * @throws MailProfileError `unsupported_key`
 */
export function signingAlgorithm(key: KeyObject): SigningAlgorithm {
  const details = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') {
    const bits = details.modulusLength ?? 0
    if (bits < MIN_RSA_BITS) {
      throw unsupported(
        `The signing key is RSA with ${bits} bits; at least ${MIN_RSA_BITS} are needed.`,
      )
    }
    return {
      title: `RSA ${bits} with SHA-256`,
      digest: 'sha256',
      digestIdentifier: sequence(objectIdentifier(DIGEST_OIDS.sha256)),
      signatureIdentifier: sequence(objectIdentifier(RSA_ENCRYPTION), nullValue()),
    }
  }
  const curve = CURVES[key.asymmetricKeyType === 'ec' ? (details.namedCurve ?? '') : '']
  if (curve === undefined) {
    const type = details.namedCurve ?? key.asymmetricKeyType ?? 'of an unknown type'
    throw unsupported(`The signing key is ${type}, which Apple devices do not verify.`)
  }
  return {
    title: `${curve.title} with SHA-${curve.digest.slice(3)}`,
    digest: curve.digest,
    digestIdentifier: sequence(objectIdentifier(DIGEST_OIDS[curve.digest])),
    signatureIdentifier: sequence(objectIdentifier(curve.signatureOid)),
  }
}

function unsupported(message: string): MailProfileError {
  return new MailProfileError('unsupported_key', message, {
    hint: 'Use an RSA key of 2048 bits or more, or an ECDSA key on P-256, P-384 or P-521.',
    field: 'signing.key',
  })
}
