const BYTE_ORDER_MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const

const C1 = /[\u0080-\u009f]/g
const WINDOWS_1252 = Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ')

// Where the declaration has to be, in whatever has the characters of ASCII at their places.
const DECLARATION_BYTES = 200
const DECLARED = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/

/**
 * The text of an XML document: by its byte-order mark, by where the zero bytes of its first character
 * are, or by its declaration; UTF-8 where nothing is said (XML 1.0, section 4.3.3 and appendix F.1).
 *
 * @returns without a byte-order mark
 * @throws TypeError for bytes that are not of that encoding: nothing is replaced
 * @throws RangeError for an encoding that is not known
 */
export function decodeXml(bytes: Uint8Array): string {
  const decoder = new TextDecoder(encodingOf(bytes), { fatal: true })
  const text = decoder.decode(bytes)
  // What says ISO-8859-1 means this as well (Encoding Standard, section 4.2), and Node 20 to 22 leave out
  // its 32 characters of its own.
  return decoder.encoding === 'windows-1252'
    ? text.replace(C1, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? character)
    : text
}

function encodingOf(bytes: Uint8Array): string {
  for (const [encoding, mark] of BYTE_ORDER_MARKS) {
    if (mark.every((byte, i) => bytes[i] === byte)) return encoding
  }
  const [first, second] = bytes
  if (first !== 0 && second === 0) return 'utf-16le'
  if (first === 0 && second !== 0) return 'utf-16be'
  const start = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1')
  const declared = DECLARED.exec(start)?.[1] ?? 'utf-8'
  // What could be read so far is no UTF-16, whatever it says.
  return /^(?:utf-16|ucs-2|iso-10646-ucs-2)/i.test(declared) ? 'utf-8' : declared
}
