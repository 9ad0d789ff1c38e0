import type { XmlNode } from '../encoding/read-xml.js'

/** An element of an autoconfig document that nobody wrote as XML: a text in it, or elements. */
export function configNode(
  name: string,
  content: string | readonly XmlNode[],
  attributes: Readonly<Record<string, string>> = {},
): XmlNode {
  return typeof content === 'string'
    ? { name, attributes, elements: [], text: content }
    : { name, attributes, elements: content, text: '' }
}
