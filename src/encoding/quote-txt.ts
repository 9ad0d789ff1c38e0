// RFC 1035 section 3.3: a character-string holds at most 255 octets.
const MAX_STRING_LENGTH = 255
const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * A text as the data of a TXT record in a zone file (RFC 1035 section 5.1): its UTF-8, quoted, in
 * pieces of 255 octets, which readers put together again (RFC 7208 section 3.3).
 */
export function quoteTxt(text: string): string {
  return quoteOctets(Buffer.from(text, 'utf8'))
}

/** The same for octets that may be no text. */
export function quoteOctets(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let start = 0; start < bytes.length || pieces.length === 0; start += MAX_STRING_LENGTH) {
    const piece = [...bytes.subarray(start, start + MAX_STRING_LENGTH)]
    pieces.push(`"${piece.map(escapeOctet).join('')}"`)
  }
  return pieces.join(' ')
}

function escapeOctet(octet: number): string {
  if (octet === QUOTE || octet === BACKSLASH) return `\\${String.fromCharCode(octet)}`
  const isPrintable = octet >= 0x20 && octet <= 0x7e
  return isPrintable ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`
}
