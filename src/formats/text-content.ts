import { decodeText } from '../encoding/decode-text.js'
import type { Format } from './format.js'

const MARK = [0xef, 0xbb, 0xbf]
// As far as white space may come before an XML document that does not say its encoding.
const START = 100

/**
 * What is to be read back, without the byte order mark that an editor put before a link, a code or
 * JSON. Of XML it is a part: it says the encoding.
 */
export function withoutTextMark(content: Uint8Array): Uint8Array {
  const text = content.subarray(MARK.length)
  return MARK.every((byte, i) => content[i] === byte) && !isXml(text) ? text : content
}

/** The text of any file, to recognise it by: what is not UTF-8 is replaced. */
export function anyText(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8')
}

/**
 * The text that a format's reader makes of a file. A link, a code or JSON has to be UTF-8. XML may be
 * of any encoding, and profiles have forms that are no text: there it is the reader that counts.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function textFor(
  { signed, decode = anyText }: Pick<Format, 'signed' | 'decode'>,
  content: Uint8Array,
): string {
  if (signed || isXml(content)) return decode(content)
  return decodeText(content, 'The file', { code: 'invalid_profile' })
}

function isXml(content: Uint8Array): boolean {
  return /^\s*</.test(Buffer.from(content.subarray(0, START)).toString('latin1'))
}
