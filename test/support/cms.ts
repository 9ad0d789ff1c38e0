import forge from 'node-forge'

type Asn1 = forge.asn1.Asn1

/** The parts of CMS SignedData with one signer, taken apart by node-forge, which writes none of ours. */
export interface CmsParts {
  /** DER of what the parser understood, encoded anew: equal to the input if that was DER. */
  readonly der: Buffer
  readonly version: number
  readonly digestAlgorithms: number
  readonly content: Buffer
  /** DER of each certificate, in their order. */
  readonly certificates: readonly Buffer[]
  readonly signers: number
  /** DER of each signed attribute, in their order. */
  readonly attributes: readonly Buffer[]
  readonly signingTime: { readonly type: number; readonly text: string }
  readonly signature: Buffer
}

export function readCms(cms: Uint8Array): CmsParts {
  const buffer = forge.util.createBuffer(Buffer.from(cms).toString('latin1'))
  // Bit strings stay closed: forge would take their content for DER wherever it looks like it.
  const whole = forge.asn1.fromDer(buffer, { strict: true, decodeBitStrings: false } as never)
  const signedData = part(part(whole, 1), 0)
  const signers = part(signedData, 4)
  const signer = part(signers, 0)
  const attributes = part(signer, 3)
  const time = part(part(part(attributes, SIGNING_TIME_INDEX), 1), 0)
  return {
    der: toDer(whole),
    version: bytes(part(signedData, 0))[0] ?? 0,
    digestAlgorithms: parts(part(signedData, 1)).length,
    content: bytes(part(part(part(signedData, 2), 1), 0)),
    certificates: parts(part(signedData, 3)).map(toDer),
    signers: parts(signers).length,
    attributes: parts(attributes).map(toDer),
    signingTime: { type: time.type, text: bytes(time).toString('latin1') },
    signature: bytes(part(signer, 5)),
  }
}

// The shortest attribute is contentType, the longest messageDigest.
const SIGNING_TIME_INDEX = 1

function parts(value: Asn1): Asn1[] {
  if (!Array.isArray(value.value)) throw new Error('It is not constructed.')
  return value.value
}

function part(value: Asn1, index: number): Asn1 {
  const found = parts(value)[index]
  if (found === undefined) throw new Error(`It has no part ${index}.`)
  return found
}

function bytes(value: Asn1): Buffer {
  if (typeof value.value !== 'string') throw new Error('It is not primitive.')
  return Buffer.from(value.value, 'latin1')
}

function toDer(value: Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), 'latin1')
}
