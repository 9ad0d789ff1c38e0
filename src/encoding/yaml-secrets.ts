import { isNode, isScalar, visit, type Document } from 'yaml'
import type { Range } from './source-excerpt.js'

// A secret may be written over several lines.
const NEXT_KEY = /\n\s*["']?[A-Za-z]\w*["']?\s*:(?=\s|$)/g

/**
 * Where the values of some keys stand, and addresses with a password: by the tree, and by the text where
 * a mistake has torn the tree.
 */
export function findYamlSecrets(
  document: Document.Parsed,
  text: string,
  secretKeys: readonly string[],
): readonly Range[] {
  if (secretKeys.length === 0) return []
  const found: Range[] = []
  if (document.errors.length === 0) {
    visit(document, {
      Pair(_key, { key, value }) {
        const isSecret = isScalar(key) && secretKeys.includes(String(key.value))
        if (isSecret && isNode(value) && value.range) found.push([value.range[0], value.range[1]])
      },
    })
  }
  const pattern = new RegExp(
    `["']?\\b(?:${secretKeys.join('|')})["']?\\s*:|://(?=\\S{0,500}@)`,
    'gi',
  )
  for (const match of text.matchAll(pattern)) {
    const from = match.index + match[0].length
    NEXT_KEY.lastIndex = from
    found.push([from, NEXT_KEY.exec(text)?.index ?? text.length])
  }
  return found
}
