import type { XmlNode } from '../../encoding/read-xml.js'

/**
 * The keys that some dictionary of a property list has twice. Of these readers take the first or the last:
 * whoever looks at one may not see what another installs.
 */
export function repeatedKeys(node: XmlNode): string[] {
  const keys = node.elements.filter(({ name }) => name === 'key').map(({ text }) => text)
  const own = node.name === 'dict' ? keys.filter((key, index) => keys.indexOf(key) < index) : []
  return [...new Set([...own, ...node.elements.flatMap(repeatedKeys)])]
}
