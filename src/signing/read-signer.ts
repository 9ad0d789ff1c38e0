import { createHash, type X509Certificate } from 'node:crypto'
import { certificateFields } from '../certificates/fields.js'
import { holderName } from '../certificates/holder-name.js'
import { derChildren, octetsOf, oidOf, readDer, type DerElement } from '../encoding/read-der.js'
import { buildChain, type Chain } from './chain.js'
import { publicKeyOf } from '../certificates/issuer.js'
import type { Roots } from '../certificates/roots.js'
import { digestAlgorithm, holds, isUnusual, type DigestAlgorithm } from './signature-algorithms.js'
import { judgeTrust, trustWarnings, type TrustVerdict } from './trust.js'
import { notAfterOf, notBeforeOf } from '../certificates/dates.js'

/** How some content is signed. */
export interface SignatureReport {
  /**
   * Whether digest and signature hold; undefined where that cannot be found out, because the signer's
   * certificate is not there or the algorithm is not known.
   */
  readonly valid: boolean | undefined
  /** The subject of the signer's certificate in one line, or its first host; else how the signature names it. */
  readonly signer: string
  readonly issuer: string
  /** "RSA 2048 with SHA-256" */
  readonly algorithm: string
  readonly signingTime: Date | undefined
  readonly notBefore: Date | undefined
  readonly notAfter: Date | undefined
  /**
   * Where the chain leads: `trusted` to a root that Node ships (Mozilla's list), `self-signed`,
   * `incomplete` when an intermediate, or the certificate itself, is missing, else `untrusted`.
   */
  readonly chain: 'trusted' | 'untrusted' | 'incomplete' | 'self-signed'
  /** Whether devices show “Verified”, and why not; absent without the certificate. */
  readonly trust?: TrustVerdict
  /** Whether it is of the form that devices are known to take: SHA-2, signed attributes, a certificate. */
  readonly usual: boolean
  /** In sentences. */
  readonly warnings: readonly string[]
}

export interface ReadOptions {
  /** The time at which certificates have to be valid; the present by default. */
  readonly now?: Date | undefined
  /** The roots that devices trust; Node's by default. */
  readonly roots?: Roots | undefined
}

/** What a SignerInfo is about. */
export interface SignedParts {
  readonly content: Buffer
  readonly contentType: string
  readonly certificates: readonly X509Certificate[]
}

const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'
const CONTEXT_0 = 0xa0
const PRIMITIVE_CONTEXT_0 = 0x80
const SEQUENCE = 0x30
const UTC_TIME = 0x17
const NOT_NAMED = 'not named'

/** Checks one signature: a SignerInfo (RFC 5652 section 5.3). */
export function judgeSigner(
  signerInfo: DerElement,
  signed: SignedParts,
  options: ReadOptions,
): SignatureReport {
  const [, identifier, digestIdentifier, ...rest] = derChildren(signerInfo)
  const attributes = rest[0]?.tag === CONTEXT_0 ? rest[0] : undefined
  const [algorithm, signature] = attributes === undefined ? rest : rest.slice(1)
  const digest = digestAlgorithm(digestIdentifier)
  // Hardly ever several: authorities of one name that count alike, as those of tests are.
  const named = signed.certificates.filter((certificate) => isNamedBy(certificate, identifier))
  const validFor = (certificate: X509Certificate) => {
    const key = publicKeyOf(certificate)
    return (
      digest &&
      check(signed, attributes, digest.name, (bytes) => {
        const toCheck = { bytes, signature: octetsOf(signature), algorithm, digest: digest.name }
        return key && holds(key, toCheck)
      })
    )
  }
  const leaf = named.find((certificate) => validFor(certificate) === true) ?? named[0]
  const problems: string[] = []
  if (digest === undefined) {
    problems.push(`The digest ${oidOf(derChildren(digestIdentifier)[0])} is not known here.`)
  } else if (digest.isWeak) {
    problems.push(`It is signed with ${digest.title}, which is broken: sign with SHA-256.`)
  }
  if (isUnusual(algorithm)) {
    problems.push(
      'It is signed with RSASSA-PSS or EdDSA, which the verifier that Apple has published does not know.',
    )
  }
  if (attributes === undefined) {
    problems.push('It has no signed attributes, such as the time: the content alone is signed.')
  }
  if (leaf === undefined) {
    const sentence =
      "The signer's certificate is not in it, so that the signature cannot be checked: embed the whole chain."
    return withoutCertificate(identifier, digest, attributes, [...problems, sentence])
  }
  const valid = validFor(leaf)
  if (valid === false) problems.push('The signature does not match the content: devices refuse it.')
  if (valid === undefined && digest !== undefined) {
    problems.push('The signature is of a kind that is not known here, and was not checked.')
  }
  const { now = new Date(), roots } = options
  const chain = buildChain(leaf, signed.certificates, { now, roots })
  const trust = judgeTrust(chain, now)
  return {
    valid,
    signer: signerName(leaf),
    issuer: issuerName(leaf),
    algorithm: describeKey(leaf, digest),
    signingTime: readTime(attributeValue(attributes, SIGNING_TIME)),
    notBefore: notBeforeOf(leaf),
    notAfter: notAfterOf(leaf),
    chain: whereTo(chain),
    trust,
    usual: problems.length === 0,
    warnings: [...problems, ...(valid === false ? [] : trustWarnings(trust))],
  }
}

function withoutCertificate(
  identifier: DerElement | undefined,
  digest: DigestAlgorithm | undefined,
  attributes: DerElement | undefined,
  warnings: readonly string[],
): SignatureReport {
  const isNamed = identifier?.tag === SEQUENCE
  const [issuer, serial] = isNamed ? derChildren(identifier) : []
  return {
    valid: undefined,
    signer: isNamed
      ? serialName(hex(serial?.content))
      : `key identifier ${hex(identifier?.content)}`,
    issuer: (issuer && holderName(issuer.bytes)) ?? NOT_NAMED,
    algorithm: digest === undefined ? 'not known' : `with ${digest.title}`,
    signingTime: readTime(attributeValue(attributes, SIGNING_TIME)),
    notBefore: undefined,
    notAfter: undefined,
    chain: 'incomplete',
    usual: false,
    warnings,
  }
}

/** RFC 5652 section 5.4: over the attributes, whose digest is the content's, or else the content. */
function check(
  { content, contentType }: SignedParts,
  attributes: DerElement | undefined,
  digest: string,
  holdsOver: (bytes: Buffer) => boolean | undefined,
): boolean | undefined {
  if (attributes === undefined) return holdsOver(content)
  const wanted = attributeValue(attributes, MESSAGE_DIGEST)
  const type = attributeValue(attributes, CONTENT_TYPE)
  if (wanted === undefined || type === undefined || oidOf(type) !== contentType) return false
  if (!createHash(digest).update(content).digest().equals(octetsOf(wanted))) return false
  // Signed as a SET OF, embedded as [0].
  const bytes = Buffer.from(attributes.bytes)
  bytes[0] = 0x31
  return holdsOver(bytes)
}

function whereTo({ isPublic, gap }: Chain): SignatureReport['chain'] {
  if (isPublic) return 'trusted'
  if (gap === 'self-signed') return 'self-signed'
  return gap === 'missing intermediate' ? 'incomplete' : 'untrusted'
}

/** By issuer and serial number, both as they stand: authorities count from one, each of them; or by key. */
function isNamedBy(certificate: X509Certificate, identifier: DerElement | undefined): boolean {
  const { issuer, serialNumber, extensions } = certificateFields(certificate.raw)
  if (identifier?.tag === SEQUENCE) {
    return identifier.content.equals(Buffer.concat([issuer, serialNumber]))
  }
  const key = extensions.get(SUBJECT_KEY_IDENTIFIER)
  return (
    identifier?.tag === PRIMITIVE_CONTEXT_0 &&
    key !== undefined &&
    octetsOf(readDer(key)).equals(identifier.content)
  )
}

function attributeValue(attributes: DerElement | undefined, type: string): DerElement | undefined {
  if (attributes === undefined) return undefined
  const found = derChildren(attributes)
    .map(derChildren)
    .find(([id]) => oidOf(id) === type)
  return found && derChildren(found[1])[0]
}

// YYMMDDHHMMSSZ until 2049, and with the whole year (RFC 5652 section 11.3).
function readTime(value: DerElement | undefined): Date | undefined {
  if (value === undefined) return undefined
  const text = value.content.toString('latin1')
  const century = value.tag === UTC_TIME ? (text < '50' ? '20' : '19') : ''
  const [, year, month, day, hours, minutes, seconds] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? []
  const date = new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function describeKey(certificate: X509Certificate, digest: DigestAlgorithm | undefined): string {
  const key = publicKeyOf(certificate)
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {}
  const kind =
    key === undefined
      ? 'an unknown kind of key'
      : `${(key.asymmetricKeyType ?? '').toUpperCase()} ${modulusLength ?? namedCurve ?? ''}`
  return `${kind} with ${digest?.title ?? 'an unknown digest'}`
}

// Of an empty name Node has nothing, whatever its types say; Node 24 has an empty one.
type Names = Pick<X509Certificate, 'serialNumber'> &
  Partial<Pick<X509Certificate, 'subject' | 'subjectAltName' | 'issuer'>>

// Authorities leave the subject empty where hosts say it all (RFC 5280 section 4.1.2.6): mailcow asks for such.
function signerName({ subject = '', subjectAltName = '', serialNumber }: Names): string {
  if (subject !== '') return oneLine(subject)
  const [, host] = /DNS:([^,]+)/.exec(subjectAltName) ?? []
  return host ?? serialName(serialNumber)
}

function issuerName({ issuer = '' }: Names): string {
  return issuer === '' ? NOT_NAMED : oneLine(issuer)
}

function serialName(inHex: string): string {
  return `serial number ${inHex.toLowerCase()}`
}

function oneLine(name: string): string {
  return name.split('\n').reverse().join(', ')
}

function hex(bytes: Buffer | undefined): string {
  return (bytes ?? Buffer.alloc(0)).toString('hex')
}
