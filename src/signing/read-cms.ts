import { X509Certificate } from 'node:crypto'
import { withDefiniteLengths } from '../encoding/ber.js'
import { certificateFields } from '../certificates/fields.js'
import { derChildren, octetsOf, oidOf, readDer, type DerElement } from '../encoding/read-der.js'
import { MailProfileError } from '../errors.js'
import { judgeSigner, type ReadOptions, type SignatureReport } from './read-signer.js'

export type { SignatureReport } from './read-signer.js'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const SET = 0x31
const CONTEXT_0 = 0xa0
const SEQUENCE = 0x30

export interface SignedContent {
  readonly content: Uint8Array
  /** Of the first signer. */
  readonly signature: SignatureReport
  /** Of those after it, which profiles hardly ever have. */
  readonly others: readonly SignatureReport[]
  /** What is unusual about its form, in sentences. */
  readonly notes: readonly string[]
}

/** Whether some bytes are a ContentInfo of SignedData (RFC 5652 section 3), DER or BER. */
export function isSignedData(bytes: Uint8Array): boolean {
  const oid = Buffer.from('06092a864886f70d010702', 'hex')
  return bytes[0] === SEQUENCE && Buffer.from(bytes.subarray(0, 24)).includes(oid)
}

/**
 * Takes CMS SignedData apart and checks its signatures.
 *
 * @throws MailProfileError `invalid_signature` when it is damaged, or has no content in it
 */
export function readSignedData(bytes: Uint8Array, options: ReadOptions = {}): SignedContent {
  try {
    return read(Buffer.from(bytes), options)
  } catch (cause) {
    if (cause instanceof MailProfileError) throw cause
    throw unreadable('it is damaged', cause)
  }
}

function read(bytes: Buffer, options: ReadOptions): SignedContent {
  const whole = withDefiniteLengths(bytes)
  const [type, explicit] = derChildren(readDer(whole.bytes))
  if (oidOf(type) !== SIGNED_DATA) throw unreadable('it is not signed data')
  const [, , encapsulated, ...rest] = derChildren(derChildren(explicit)[0])
  const [contentType, eContent] = derChildren(encapsulated)
  if (eContent === undefined) throw unreadable('its content is somewhere else (detached)')
  const content = octetsOf(derChildren(eContent)[0])
  const certificates = readCertificates(rest.find(({ tag }) => tag === CONTEXT_0))
  const signerInfos = rest.at(-1)
  if (signerInfos?.tag !== SET) throw unreadable('it has no list of signers')
  const signed = { content, contentType: oidOf(contentType), certificates }
  const [signature, ...others] = derChildren(signerInfos).map((signer) =>
    judgeSigner(signer, signed, options),
  )
  if (signature === undefined) throw unreadable('nobody has signed it')
  return {
    content,
    signature,
    others,
    notes: [...trailerNotes(whole.rest), ...(whole.isBer ? [BER] : [])],
  }
}

const BER =
  'It is BER, not DER, which Apple asks for: lengths are left open or longer than needed. OpenSSL ' +
  'reads that; whether every device does is not known.'

function trailerNotes(rest: Buffer): string[] {
  if (rest.length === 0) return []
  // Programs that write text at the end of a file do so to any file.
  if (!/^[\s\0]*$/.test(rest.toString('latin1'))) {
    throw unreadable(`${rest.length} bytes that belong to nothing follow it`)
  }
  const count = rest.length === 1 ? 'One blank byte follows' : `${rest.length} blank bytes follow`
  return [`${count} the signed data, such as a line end: leave them out.`]
}

// The set may hold certificates of other kinds, and such as nobody can read.
function readCertificates(set: DerElement | undefined): X509Certificate[] {
  if (set === undefined) return []
  return derChildren(set).flatMap(({ tag, bytes }) => {
    if (tag !== SEQUENCE) return []
    try {
      certificateFields(bytes)
      return [new X509Certificate(bytes)]
    } catch {
      return []
    }
  })
}

function unreadable(why: string, cause?: unknown): MailProfileError {
  return new MailProfileError('invalid_signature', `This signature cannot be read: ${why}.`, {
    cause,
  })
}
