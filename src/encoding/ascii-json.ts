/**
 * JSON in ASCII alone, everything else as `\u` escapes (RFC 8259, section 7): readers of QR codes guess
 * the encoding of bytes, and some guess wrong.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
