/**
 * A response code in brackets at the start of a text (RFC 3501 section 7.1, RFC 2449 section 8):
 * its words in upper case, and the text after it.
 */
export function parseCodes(rest: string): { codes: string[]; text: string } {
  const [, code = '', text = rest] = /^\[([^\]]*)\] ?(.*)$/.exec(rest) ?? []
  const [name = ''] = words(code)
  return { codes: name === '' ? [] : [name], text }
}

/** The words of a line in upper case. */
export function words(line: string): string[] {
  return line
    .toUpperCase()
    .split(/[ \t]+/)
    .filter((word) => word !== '')
}
