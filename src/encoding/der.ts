/**
 * Writing DER (ITU-T X.690): only what certificates, keys and CMS need. Every function returns a
 * whole element: tag, length, content.
 */

const SEQUENCE = 0x30
const SET = 0x31

/** One element from its tag byte and its content (X.690 section 8.1, lengths in the shortest form). */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of content) length += part.length
  return Buffer.concat([header(tag, length), ...content])
}

/** Tag and length of an element whose content follows separately. */
export function header(tag: number, length: number): Buffer {
  let count = 0
  if (length >= 0x80) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) count++
  // Not from a list: a signature takes ten of these, and each list as long as all else of one.
  const bytes = Buffer.allocUnsafe(2 + count)
  bytes[0] = tag
  bytes[1] = count === 0 ? length : 0x80 + count
  if (count > 0) bytes.writeUIntBE(length, 2, count)
  return bytes
}

export function sequence(...content: readonly Uint8Array[]): Buffer {
  return derElement(SEQUENCE, ...content)
}

/**
 * A SET OF, its elements in the order that DER demands (X.690 section 11.6).
 *
 * @param tag another tag for an IMPLICIT one
 */
export function setOf(content: readonly Uint8Array[], tag = SET): Buffer {
  return derElement(tag, ...[...content].sort((a, b) => Buffer.compare(a, b)))
}

/** A context-specific, constructed element: `[n] EXPLICIT`, or `[n] IMPLICIT` of a SEQUENCE or SET. */
export function context(number: number, ...content: readonly Uint8Array[]): Buffer {
  return derElement(0xa0 + number, ...content)
}

export function octetString(bytes: Uint8Array): Buffer {
  return derElement(0x04, bytes)
}

export function nullValue(): Buffer {
  return Buffer.from([0x05, 0x00])
}

/** A small INTEGER that is not negative. */
export function smallInteger(value: number): Buffer {
  return derElement(0x02, Buffer.from([value]))
}

/** An OBJECT IDENTIFIER from its dotted form (X.690 section 8.19). */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes: number[] = []
  for (const arc of [first * 40 + second, ...rest]) {
    const septets = [arc % 128]
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
      septets.unshift(0x80 + (high % 128))
    }
    bytes.push(...septets)
  }
  return derElement(0x06, Buffer.from(bytes))
}

/**
 * A Time in the choice that RFC 5652 section 11.3 demands: UTCTime from 1950 to 2049,
 * GeneralizedTime otherwise; whole seconds, UTC.
 */
export function derTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '')
  const year = date.getUTCFullYear()
  return year >= 1950 && year < 2050
    ? derElement(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : derElement(0x18, Buffer.from(digits, 'latin1'))
}

/** Where an element's content starts and where the element ends. */
export interface ElementBounds {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/**
 * The bounds of the element at an offset of well-formed DER, such as a certificate that Node has
 * already parsed.
 */
export function elementAt(bytes: Uint8Array, offset: number): ElementBounds {
  const tag = bytes[offset] ?? 0
  const first = bytes[offset + 1] ?? 0
  let start = offset + 2
  let length = first
  if (first >= 0x80) {
    length = 0
    for (let i = 0; i < first - 0x80; i++) length = length * 256 + (bytes[start++] ?? 0)
  }
  return { tag, start, end: start + length }
}
