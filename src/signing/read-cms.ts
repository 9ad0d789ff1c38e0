import { createHash, verify, X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import forge from 'node-forge'
import { MailProfileError } from '../errors.js'
import { buildChain, isIssuedBy, isSelfSigned } from './chain.js'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/** How some content is signed. */
export interface SignatureReport {
  /** Whether digest and signature hold; a device refuses a profile where they do not. */
  readonly valid: boolean
  /** The signer's certificate, its subject in one line. */
  readonly signer: string
  readonly issuer: string
  /** "RSA 2048 with SHA-256" */
  readonly algorithm: string
  readonly signingTime: Date | undefined
  readonly notBefore: Date
  readonly notAfter: Date
  /**
   * Where the chain leads: `trusted` to a root that Node ships (Mozilla's list), `self-signed`,
   * `incomplete` when an intermediate is missing, else `untrusted`.
   */
  readonly chain: 'trusted' | 'untrusted' | 'incomplete' | 'self-signed'
}

export interface SignedContent {
  readonly content: Uint8Array
  readonly signature: SignatureReport
}

/** Whether some bytes are a DER ContentInfo of SignedData (RFC 5652 section 3). */
export function isSignedData(bytes: Uint8Array): boolean {
  const oid = Buffer.from('06092a864886f70d010702', 'hex')
  return bytes[0] === 0x30 && Buffer.from(bytes.subarray(0, 24)).includes(oid)
}

/**
 * Takes CMS SignedData apart and checks its signature.
 *
 * @throws MailProfileError `invalid_signature` when it is damaged, or not of the kind that devices
 *   take: attached content, one signer, signed attributes, SHA-2
 */
export function readSignedData(bytes: Uint8Array): SignedContent {
  try {
    return read(bytes)
  } catch (cause) {
    if (cause instanceof MailProfileError) throw cause
    throw refused('it is damaged', cause)
  }
}

function read(bytes: Uint8Array): SignedContent {
  const der = forge.util.createBuffer(Buffer.from(bytes).toString('binary'))
  // Bit strings stay as they are, so that what is encoded again is what was read.
  const whole = forge.asn1.fromDer(der, { strict: true, decodeBitStrings: false } as never)
  const [type, explicit] = children(whole)
  if (type === undefined || oid(type) !== SIGNED_DATA) throw refused('it is not signed data')
  const [, , encapsulated, ...rest] = children(children(explicit)[0])
  const octets = children(children(encapsulated)[1])[0]
  if (octets === undefined) throw refused('the content is detached')
  const content = bytesOf(octets)
  const certificates = rest.find((part) => isContext(part, 0))
  const signers = children(rest.at(-1))
  if (signers.length !== 1) throw refused(`it has ${signers.length} signers, not one`)
  const report = readSigner(children(signers[0]), content, readCertificates(certificates))
  return { content, signature: report }
}

function readSigner(
  parts: forge.asn1.Asn1[],
  content: Buffer,
  certificates: readonly X509Certificate[],
): SignatureReport {
  const [, identifier, digestIdentifier, attributes, , signature] = parts
  const digest = DIGESTS.get(oid(children(digestIdentifier)[0]))
  if (digest === undefined) throw refused('its digest is not SHA-2')
  if (attributes === undefined || !isContext(attributes, 0) || signature === undefined) {
    throw refused('it has no signed attributes')
  }
  const leaf = certificates.find((certificate) => isNamedBy(certificate, identifier))
  if (leaf === undefined) throw refused("the signer's certificate is not in it")
  const signedBytes = toDer(attributes)
  signedBytes[0] = 0x31 // signed as a SET OF, embedded as [0] (RFC 5652 section 5.4)
  const wanted = attributeValue(attributes, MESSAGE_DIGEST)
  const digestHolds =
    wanted !== undefined && createHash(digest).update(content).digest().equals(bytesOf(wanted))
  return {
    valid: digestHolds && verify(digest, signedBytes, leaf.publicKey, bytesOf(signature)),
    signer: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    algorithm: describeKey(leaf, digest),
    signingTime: readTime(attributeValue(attributes, SIGNING_TIME)),
    notBefore: new Date(leaf.validFrom),
    notAfter: new Date(leaf.validTo),
    chain: judgeChain(leaf, certificates),
  }
}

function judgeChain(
  leaf: X509Certificate,
  certificates: readonly X509Certificate[],
): SignatureReport['chain'] {
  const chain = buildChain(leaf, certificates)
  const last = chain.certificates.at(-1) ?? leaf
  const roots = rootCertificates.map((pem) => new X509Certificate(pem))
  if (roots.some((root) => root.raw.equals(last.raw) || isIssuedBy(last, root))) return 'trusted'
  if (isSelfSigned(leaf)) return 'self-signed'
  return chain.gap === 'missing intermediate' ? 'incomplete' : 'untrusted'
}

function isNamedBy(certificate: X509Certificate, identifier: forge.asn1.Asn1 | undefined): boolean {
  const serial = children(identifier)[1]
  return (
    serial !== undefined &&
    BigInt(`0x${certificate.serialNumber}`) === BigInt(`0x0${bytesOf(serial).toString('hex')}`)
  )
}

function readCertificates(set: forge.asn1.Asn1 | undefined): X509Certificate[] {
  return children(set).map((certificate) => new X509Certificate(toDer(certificate)))
}

function attributeValue(attributes: forge.asn1.Asn1, type: string): forge.asn1.Asn1 | undefined {
  const found = children(attributes).find((attribute) => oid(children(attribute)[0]) === type)
  return children(children(found)[1])[0]
}

function readTime(value: forge.asn1.Asn1 | undefined): Date | undefined {
  if (value === undefined) return undefined
  const text = bytesOf(value).toString('latin1')
  return value.type === forge.asn1.Type.UTCTIME
    ? forge.asn1.utcTimeToDate(text)
    : forge.asn1.generalizedTimeToDate(text)
}

function describeKey(certificate: X509Certificate, digest: string): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey
  const size = details?.modulusLength ?? details?.namedCurve ?? ''
  return `${(type ?? '').toUpperCase()} ${size} with SHA-${digest.slice(3)}`
}

function children(value: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  return Array.isArray(value?.value) ? value.value : []
}

function bytesOf(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(typeof value.value === 'string' ? value.value : '', 'binary')
}

function oid(value: forge.asn1.Asn1 | undefined): string {
  return value === undefined ? '' : forge.asn1.derToOid(bytesOf(value).toString('binary'))
}

function isContext(value: forge.asn1.Asn1, number: number): boolean {
  return value.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC && (value.type as number) === number
}

function toDer(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), 'binary')
}

function oneLine(name: string): string {
  return name.split('\n').reverse().join(', ')
}

function refused(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError(
    'invalid_signature',
    `A device would refuse this signature: ${why}.`,
    { cause },
  )
}
