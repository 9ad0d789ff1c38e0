import { derChildren, oidOf, readDer, type DerElement } from '../encoding/read-der.js'

// X.520: commonName, organizationalUnitName, organizationName, in the order in which they name best.
const NAMING = ['2.5.4.3', '2.5.4.11', '2.5.4.10']
// What would break a line of text or turn its direction.
const NOT_A_NAME =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFD-\uFFFF\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u

/**
 * What people call the holder of a distinguished name: its common name, else its organisational unit,
 * else its organisation; undefined where none can be shown. From the bytes, because every text of a
 * whole name (RFC 4514) has escapes that are no part of it.
 *
 * @param der a Name (RFC 5280 section 4.1.2.4)
 */
export function holderName(der: Buffer): string | undefined {
  const attributes = derChildren(readDer(der)).flatMap((relative) =>
    derChildren(relative).map((attribute) => {
      const [type, value] = derChildren(attribute)
      return { type: oidOf(type), text: value === undefined ? '' : textOf(value).trim() }
    }),
  )
  // The last one of a kind is the most specific.
  return NAMING.map((wanted) => attributes.findLast(({ type }) => type === wanted)?.text).find(
    (text) => text !== undefined && text !== '' && !NOT_A_NAME.test(text),
  )
}

// DirectoryString and IA5String; TeletexString is Latin-1 wherever it is met.
function textOf({ tag, content }: DerElement): string {
  switch (tag) {
    case 0x1e: // BMPString
      return Buffer.from(content.subarray(0, content.length & ~1))
        .swap16()
        .toString('utf16le')
    case 0x14:
      return content.toString('latin1')
    default:
      return content.toString('utf8')
  }
}
