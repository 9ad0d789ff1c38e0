import { hash, sign, type KeyObject, type X509Certificate } from 'node:crypto'
import {
  derElement,
  elementAt,
  header,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  smallInteger,
  derTime,
} from '../encoding/der.js'
import type { SigningAlgorithm } from './algorithm.js'

// RFC 5652 sections 4, 5.1, 11.1 to 11.3.
const DATA = objectIdentifier('1.2.840.113549.1.7.1')
const SIGNED_DATA = objectIdentifier('1.2.840.113549.1.7.2')
const CONTENT_TYPE = objectIdentifier('1.2.840.113549.1.9.3')
const MESSAGE_DIGEST = objectIdentifier('1.2.840.113549.1.9.4')
const SIGNING_TIME = objectIdentifier('1.2.840.113549.1.9.5')
const CONTENT_TYPE_DATA = sequence(CONTENT_TYPE, setOf([DATA]))

const SET = 0x31
const SEQUENCE = 0x30
const CONTEXT_0 = 0xa0
const OCTET_STRING = 0x04

/** Signs content that was made here; see `createCmsSigner`. */
export type CmsSigner = (content: Uint8Array, options?: CmsOptions) => Promise<Uint8Array>

export interface CmsOptions {
  readonly signingTime?: Date
  /**
   * Where the signature is computed: in libuv's pool, so that the event loop never waits, or `here`, for a thread that
   * has nothing else to do.
   */
  readonly where?: 'pool' | 'here'
}

/**
 * A function that wraps content in CMS SignedData (RFC 5652): DER, content attached, one SignerInfo,
 * signed attributes contentType, signingTime and messageDigest in DER SET order, the chain embedded.
 * All that does not depend on the content is encoded here, once.
 *
 * @param chain the signer's certificate first, then its intermediates
 * @param key the private key of the first certificate
 */
export function createCmsSigner(
  chain: readonly X509Certificate[],
  key: KeyObject,
  algorithm: SigningAlgorithm,
): CmsSigner {
  const [leaf] = chain
  if (leaf === undefined) throw new RangeError('A chain has at least one certificate.')
  const version = smallInteger(1)
  const beforeContent = Buffer.concat([version, setOf([algorithm.digestIdentifier])])
  const certificates = setOf(
    chain.map((certificate) => certificate.raw),
    CONTEXT_0,
  )
  const signerStart = Buffer.concat([
    version,
    issuerAndSerialNumber(leaf.raw),
    algorithm.digestIdentifier,
  ])
  const attributesHead = memoizeLast(signedAttributesHead(algorithm.digest))
  return async (content, { signingTime = new Date(), where = 'pool' } = {}) => {
    const digest = hash(algorithm.digest, content, 'buffer')
    // These bytes are both what is signed and what is embedded, but for the tag.
    const head = attributesHead(Math.floor(signingTime.getTime() / 1000))
    const attributes = Buffer.concat([head, digest])
    const signature =
      where === 'here'
        ? sign(algorithm.digest, attributes, key)
        : await signInPool(algorithm.digest, attributes, key)
    attributes[0] = CONTEXT_0
    const signerInfo = sequence(
      signerStart,
      attributes,
      algorithm.signatureIdentifier,
      octetString(signature),
    )
    return contentInfo(beforeContent, content, certificates, derElement(SET, signerInfo))
  }
}

// The signed attributes of a second up to the digest, which DER's order of a SET OF puts last: its
// attribute is the longest.
function signedAttributesHead(digest: SigningAlgorithm['digest']): (second: number) => Buffer {
  const placeholder = hash(digest, '', 'buffer')
  return (second) => {
    const attributes = setOf([
      CONTENT_TYPE_DATA,
      sequence(SIGNING_TIME, setOf([derTime(new Date(second * 1000))])),
      sequence(MESSAGE_DIGEST, setOf([octetString(placeholder)])),
    ])
    return attributes.subarray(0, attributes.length - placeholder.length)
  }
}

function memoizeLast<T>(make: (key: number) => T): (key: number) => T {
  let last: { readonly key: number; readonly value: T } | undefined
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) }
    return last.value
  }
}

// The nested headers are computed from the lengths, so that the content is copied only once.
function contentInfo(
  beforeContent: Buffer,
  content: Uint8Array,
  certificates: Buffer,
  signerInfos: Buffer,
): Buffer {
  const octets = header(OCTET_STRING, content.length)
  const eContent = header(CONTEXT_0, octets.length + content.length)
  const encapsulatedLength = DATA.length + eContent.length + octets.length + content.length
  const encapsulated = header(SEQUENCE, encapsulatedLength)
  const signedDataLength =
    beforeContent.length +
    encapsulated.length +
    encapsulatedLength +
    certificates.length +
    signerInfos.length
  const signedData = header(SEQUENCE, signedDataLength)
  const explicitLength = signedData.length + signedDataLength
  const explicit = header(CONTEXT_0, explicitLength)
  const whole = header(SEQUENCE, SIGNED_DATA.length + explicit.length + explicitLength)
  return Buffer.concat([
    whole,
    SIGNED_DATA,
    explicit,
    signedData,
    beforeContent,
    encapsulated,
    DATA,
    eContent,
    octets,
    content,
    certificates,
    signerInfos,
  ])
}

function signInPool(digest: string, data: Buffer, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The form with a callback works in libuv's pool. ECDSA signatures are DER by default.
    sign(digest, data, key, (error, signature) => {
      if (error) reject(error)
      else resolve(signature)
    })
  })
}

// The issuer and the serial number exactly as the certificate has them (RFC 5280 section 4.1:
// version [0], serialNumber, signature, issuer, …).
function issuerAndSerialNumber(certificate: Buffer): Buffer {
  const whole = elementAt(certificate, 0)
  const tbs = elementAt(certificate, whole.start)
  const first = elementAt(certificate, tbs.start)
  const serialAt = first.tag === CONTEXT_0 ? first.end : tbs.start
  const serial = elementAt(certificate, serialAt)
  const signature = elementAt(certificate, serial.end)
  const issuer = elementAt(certificate, signature.end)
  return sequence(
    certificate.subarray(signature.end, issuer.end),
    certificate.subarray(serialAt, serial.end),
  )
}
