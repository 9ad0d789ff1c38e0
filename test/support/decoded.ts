/** All that a text may say in encodings of links, pages, certificates and files, in lower case. */
export function decodedForms(bytes: Uint8Array): string {
  const plain = Buffer.from(bytes).toString('latin1')
  const forms = [
    plain,
    // UTF-16, in either order.
    plain.replaceAll('\0', ''),
    plain.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('latin1'),
    ),
    plain
      .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
    ...[...plain.matchAll(/(?:[0-9a-f]{2}){6,}/gi)].map(([hex]) =>
      Buffer.from(hex, 'hex').toString('latin1'),
    ),
    ...[...plain.replace(/\s+/g, '').matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([text]) =>
      [0, 1, 2, 3].map((offset) => Buffer.from(text.slice(offset), 'base64').toString('latin1')),
    ),
  ]
  return forms.join('\n').toLowerCase()
}
