import { constants, verify, type KeyObject } from 'node:crypto'
import { derChildren, numberOf, oidOf, type DerElement } from '../encoding/read-der.js'

/** Digests by their identifier, with the names by which people and Node know them. */
const DIGESTS: ReadonlyMap<string, readonly [name: string, title: string]> = new Map([
  ['1.2.840.113549.2.5', ['md5', 'MD5']],
  ['1.3.14.3.2.26', ['sha1', 'SHA-1']],
  ['2.16.840.1.101.3.4.2.4', ['sha224', 'SHA-224']],
  ['2.16.840.1.101.3.4.2.1', ['sha256', 'SHA-256']],
  ['2.16.840.1.101.3.4.2.2', ['sha384', 'SHA-384']],
  ['2.16.840.1.101.3.4.2.3', ['sha512', 'SHA-512']],
])

/** Signatures that name their digest; those that do not, such as rsaEncryption, use the signer's. */
const DIGEST_OF_SIGNATURE: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'md5'],
  ['1.2.840.113549.1.1.5', 'sha1'],
  ['1.2.840.113549.1.1.14', 'sha224'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.1', 'sha1'],
  ['1.2.840.10045.4.3.1', 'sha224'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const RSASSA_PSS = '1.2.840.113549.1.1.10'
const EDWARDS: ReadonlySet<string> = new Set(['1.3.101.112', '1.3.101.113'])
/** Of RSASSA-PSS, when its parameters do not say (RFC 4055 section 3.1). */
const SALT_LENGTH = 20

export interface DigestAlgorithm {
  /** Node's name. */
  readonly name: string
  readonly title: string
  /** Collisions can be made. */
  readonly isWeak: boolean
}

/** The digest of an AlgorithmIdentifier, if it is known. */
export function digestAlgorithm(identifier: DerElement | undefined): DigestAlgorithm | undefined {
  const found = DIGESTS.get(oidOf(derChildren(identifier)[0]))
  if (found === undefined) return undefined
  const [name, title] = found
  return { name, title, isWeak: name === 'md5' || name === 'sha1' }
}

/** Some signed bytes, as a SignerInfo describes them. */
export interface SignatureToCheck {
  readonly bytes: Buffer
  readonly signature: Buffer
  /** The SignatureAlgorithmIdentifier. */
  readonly algorithm: DerElement | undefined
  /** Node's name of the signer's digest. */
  readonly digest: string
}

/** Whether a signature holds; undefined for a kind of signature that is not known here. */
export function holds(key: KeyObject, { bytes, signature, algorithm, digest }: SignatureToCheck) {
  const [id, parameters] = derChildren(algorithm)
  const oid = oidOf(id)
  try {
    if (EDWARDS.has(oid)) return verify(null, bytes, key, signature)
    if (oid === RSASSA_PSS) {
      const padding = constants.RSA_PKCS1_PSS_PADDING
      const saltLength = pssSaltLength(parameters)
      return verify(digest, bytes, { key, padding, saltLength }, signature)
    }
    const own = DIGEST_OF_SIGNATURE.get(oid)
    if (own === undefined && oid !== RSA_ENCRYPTION && oid !== EC_PUBLIC_KEY) return undefined
    return verify(own ?? digest, bytes, key, signature)
  } catch {
    // A digest that this OpenSSL was told not to use, a key that is not for this.
    return undefined
  }
}

/** Whether a signature is of a kind that Apple's published verifier has no table entry for. */
export function isUnusual(algorithm: DerElement | undefined): boolean {
  const oid = oidOf(derChildren(algorithm)[0])
  return oid === RSASSA_PSS || EDWARDS.has(oid)
}

function pssSaltLength(parameters: DerElement | undefined): number {
  const salt = parameters && derChildren(parameters).find(({ tag }) => tag === 0xa2)
  return salt === undefined ? SALT_LENGTH : numberOf(derChildren(salt)[0])
}
