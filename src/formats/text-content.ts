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

/**
 * Refuses a link, a code or JSON that is not UTF-8. XML may be of any encoding, and profiles have forms
 * that are no text.
 *
 * @throws MailProfileError `invalid_profile`
 */
export function requireText({ signed }: Format, content: Uint8Array): void {
  if (!signed && !isXml(content)) decodeText(content, 'The file', { code: 'invalid_profile' })
}

function isXml(content: Uint8Array): boolean {
  return /^\s*</.test(Buffer.from(content.subarray(0, START)).toString('latin1'))
}
