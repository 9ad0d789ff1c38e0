const SPECIAL = /[&<>"'\r\n\t]/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;', // so that "]]>" cannot stand in text (XML 1.0 section 2.4)
  '"': '&quot;',
  "'": '&apos;',
  // A reader turns these into spaces or line feeds unless they are references (sections 2.11, 3.3.3).
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}
// Most texts hold nothing that needs a second look.
const PLAIN = /^[\w .,:;@/=+()-]*$/
// Everything outside XML's Char production, unpaired surrogates included.
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/**
 * A text as XML character data or as an attribute's value.
 *
 * @throws RangeError for a character that XML 1.0 cannot hold: parsers refuse those, so this is a
 *   mistake of the caller
 */
export function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text
  if (ILLEGAL.test(text)) throw new RangeError('The text holds a character that XML cannot hold.')
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? character)
}

/** An element; its children are elements, or one text. Attributes and elements that are undefined are left out. */
export interface XmlElement {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string | undefined>>
  readonly children: string | readonly (XmlElement | undefined)[]
}

/** An element by what it is called, holds and says of itself. */
export function element(
  name: string,
  children: XmlElement['children'],
  attributes: XmlElement['attributes'] = {},
): XmlElement {
  return { name, attributes, children }
}

/**
 * An XML 1.0 document in UTF-8. Lines are broken between elements only, never around a text:
 * readers do not trim.
 *
 * @throws RangeError for text that XML cannot hold
 */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, '')}`
}

function writeElement({ name, attributes = {}, children }: XmlElement, indent: string): string {
  let start = name
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) start += ` ${key}="${escapeXml(value)}"`
  }
  if (typeof children === 'string') {
    return `${indent}<${start}>${escapeXml(children)}</${name}>\n`
  }
  let inner = ''
  for (const child of children) {
    if (child !== undefined) inner += writeElement(child, `${indent}  `)
  }
  if (inner === '') return `${indent}<${start}/>\n`
  return `${indent}<${start}>\n${inner}${indent}</${name}>\n`
}
