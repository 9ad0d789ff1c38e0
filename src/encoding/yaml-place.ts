import { isNode, parseDocument } from 'yaml'

/**
 * Where a value stands in a text that is YAML or JSON, or what it should stand in: `3:7`, line and
 * column from 1.
 */
export function yamlPlace(text: string, path: readonly (string | number)[]): string {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown =
      depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return placeOf(text, node.range[0])
  }
  return placeOf(text, 0)
}

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}
