/**
 * Reading DER (ITU-T X.690): what certificates, keys, PKCS#12 and CMS need. Every element keeps its own
 * bytes, so that what was signed is hashed as it came and not as somebody would write it again.
 */

/** Bytes that are no DER, or not of the kind that was expected. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

export interface DerElement {
  /** The identifier octet: class, constructed or not, number. */
  readonly tag: number
  /** All of it: tag, length, content. */
  readonly bytes: Buffer
  readonly content: Buffer
}

const CONSTRUCTED = 0x20
const HIGH_NUMBER = 0x1f
// Of constructed strings; nobody's have more than two.
const MAX_DEPTH = 16

/** Tag and length at an offset; no length for the indefinite form of BER. */
export function readHeader(
  bytes: Uint8Array,
  at: number,
): { tag: number; start: number; length?: number } {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined) throw new DerError('It ends too early.')
  if ((tag & HIGH_NUMBER) === HIGH_NUMBER) throw new DerError('It has a tag of several bytes.')
  if (first < 0x80) return { tag, start: at + 2, length: first }
  if (first === 0x80) return { tag, start: at + 2 }
  const start = at + 2 + (first - 0x80)
  // No Buffer is longer than six bytes can say.
  if (first > 0x86 || start > bytes.length) throw new DerError('It has a length that is none.')
  let length = 0
  for (let i = at + 2; i < start; i++) length = length * 256 + (bytes[i] ?? 0)
  return { tag, start, length }
}

/** The element at the beginning of some bytes, and what follows it. */
export function readFirst(bytes: Buffer): { readonly element: DerElement; readonly rest: Buffer } {
  const { tag, start, length } = readHeader(bytes, 0)
  if (length === undefined) throw new DerError('It has no definite length.')
  const end = start + length
  if (end > bytes.length) throw new DerError('It ends too early.')
  return {
    element: { tag, bytes: bytes.subarray(0, end), content: bytes.subarray(start, end) },
    rest: bytes.subarray(end),
  }
}

/** One element and nothing after it. */
export function readDer(bytes: Buffer): DerElement {
  const { element, rest } = readFirst(bytes)
  if (rest.length > 0) throw new DerError('Something follows it.')
  return element
}

/** The elements in a constructed one. */
export function derChildren(element: DerElement | undefined): DerElement[] {
  if (element === undefined || (element.tag & CONSTRUCTED) === 0) {
    throw new DerError('It is not constructed.')
  }
  const children: DerElement[] = []
  for (let rest = element.content; rest.length > 0;) {
    const first = readFirst(rest)
    children.push(first.element)
    rest = first.rest
  }
  return children
}

/** The bytes of a string, whose constructed form is several strings (X.690 section 8.7.3). */
export function octetsOf(element: DerElement | undefined, depth = 0): Buffer {
  if (element === undefined || depth > MAX_DEPTH) throw new DerError('It is no string.')
  if ((element.tag & CONSTRUCTED) === 0) return element.content
  return Buffer.concat(derChildren(element).map((part) => octetsOf(part, depth + 1)))
}

/** The dotted form of an OBJECT IDENTIFIER. */
export function oidOf(element: DerElement | undefined): string {
  if (element?.tag !== 0x06) throw new DerError('It is no object identifier.')
  const arcs: number[] = []
  let arc = 0
  for (const byte of element.content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40))
      arcs.push(first, arc - first * 40)
    } else {
      arcs.push(arc)
    }
    arc = 0
  }
  return arcs.join('.')
}

/** An INTEGER that is not negative; Infinity for one that no number can hold exactly. */
export function numberOf(element: DerElement | undefined): number {
  if (element?.tag !== 0x02 || element.content.length === 0) throw new DerError('It is no number.')
  if ((element.content[0] ?? 0) >= 0x80) throw new DerError('It is negative.')
  const value = BigInt(`0x${element.content.toString('hex')}`)
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value)
}
