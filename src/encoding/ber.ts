import { derElement } from './der.js'
import { DerError, readHeader } from './read-der.js'

/** The first element of some bytes, each length in it definite. */
export interface DefiniteElement {
  readonly bytes: Buffer
  /** What follows the element. */
  readonly rest: Buffer
  /** Whether it was written as only BER allows: indefinite or long lengths, strings in pieces. */
  readonly isBer: boolean
}

const CONSTRUCTED = 0x20
const OCTET_STRING_IN_PIECES = 0x24
// Signed data in a profile has some ten levels.
const MAX_DEPTH = 64

interface Part {
  readonly bytes: Buffer
  readonly end: number
  readonly isBer: boolean
  /** Whether its length was indefinite, or that of something in it. */
  readonly isChanged: boolean
}

/**
 * Gives every element of indefinite length its length (ITU-T X.690 section 8.1.3.6). What has no such
 * element in it stays as it is to the byte: certificates and signed attributes are hashed as they came.
 *
 * @throws DerError for bytes that are no BER
 */
export function withDefiniteLengths(bytes: Buffer): DefiniteElement {
  const { bytes: definite, end, isBer } = convert(bytes, 0, bytes.length, 0)
  return { bytes: definite, rest: bytes.subarray(end), isBer }
}

function convert(bytes: Buffer, at: number, limit: number, depth: number): Part {
  if (depth > MAX_DEPTH) throw new DerError('It is nested too deeply.')
  const { tag, start, length } = readHeader(bytes, at)
  const isConstructed = (tag & CONSTRUCTED) !== 0
  const end = length === undefined ? undefined : start + length
  if ((end ?? start) > limit) throw new DerError('It ends too early.')
  if (end === undefined && !isConstructed) throw new DerError('It has a length that is none.')
  const isLong = length !== undefined && start - at > 2 + lengthBytes(length)
  if (!isConstructed && end !== undefined) {
    return { bytes: bytes.subarray(at, end), end, isBer: isLong, isChanged: false }
  }
  const parts: Part[] = []
  let next = start
  for (; !isEnd(bytes, next, end); next = parts.at(-1)?.end ?? next) {
    parts.push(convert(bytes, next, end ?? limit, depth + 1))
  }
  const isBer = isLong || tag === OCTET_STRING_IN_PIECES || parts.some((part) => part.isBer)
  if (end !== undefined && !parts.some((part) => part.isChanged)) {
    return { bytes: bytes.subarray(at, end), end, isBer, isChanged: false }
  }
  const definite = derElement(tag, ...parts.map((part) => part.bytes))
  return { bytes: definite, end: end ?? next + 2, isBer: true, isChanged: true }
}

// Of an indefinite length: two zero bytes where the next element would be.
function isEnd(bytes: Buffer, at: number, end: number | undefined): boolean {
  return end === undefined ? bytes[at] === 0 && bytes[at + 1] === 0 : at >= end
}

/** How many bytes follow the first one of the shortest length. */
function lengthBytes(length: number): number {
  if (length < 0x80) return 0
  let count = 0
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) count++
  return count
}
