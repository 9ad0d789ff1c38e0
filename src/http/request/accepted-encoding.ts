import type { Request } from 'express'

/** How an answer may be encoded for its way, what gets smallest first. */
export const ENCODINGS = ['br', 'gzip'] as const
export type Encoding = (typeof ENCODINGS)[number]

/**
 * The encoding that makes an answer smallest, of those that whoever asks takes. Browsers name gzip before
 * br, all with the same weight, and mean nothing by that.
 */
export function acceptedEncoding(request: Request): Encoding | undefined {
  return ENCODINGS.find((encoding) => request.acceptsEncodings(encoding) === encoding)
}
