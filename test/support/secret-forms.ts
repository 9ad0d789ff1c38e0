/**
 * Every form in which a text could stand somewhere: as it is, as markup, percent-encoded, hexadecimal,
 * base64.
 */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8')
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const base64 = [0, 1, 2].map((shift) => {
    // Wherever the text begins in a longer one: only the characters that depend on it alone.
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
  })
  const markup = text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
  return [
    text,
    markup,
    encodeURIComponent(text),
    percent,
    percent.toUpperCase(),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((encoded) => encoded.replace(/\+/g, '-').replace(/\//g, '_')),
  ]
}
