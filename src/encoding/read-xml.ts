import { createRequire } from 'node:module'
import type { SaxesAttributeNS, SaxesTag } from 'saxes'

/** An element as it was read; texts are as they stand, untrimmed. */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Elements only, in order. */
  readonly elements: readonly XmlNode[]
  /** The text directly inside, all pieces of it together. */
  readonly text: string
}

export interface ReadXmlOptions {
  /** Refuse a document type instead of passing over it. */
  readonly refuseDoctype?: boolean
  /** How many elements may stand inside each other. */
  readonly maxDepth?: number
  /**
   * Resolve namespaces: an element in the root's namespace has its local name, one in another its
   * namespace before it in braces; a prefix that nothing declares is an error. Attributes keep
   * their names.
   */
  readonly namespaces?: boolean
}

/**
 * A well-formed XML 1.0 document without a schema. A document type is passed over, entities that it
 * might define stay unknown, and nothing is ever fetched.
 *
 * @throws Error where it is not well-formed, or goes beyond the options
 */
export function readXml(
  document: string,
  { refuseDoctype = false, maxDepth = Infinity, namespaces = false }: ReadXmlOptions = {},
): XmlNode {
  const { SaxesParser } = saxes()
  const parser = new SaxesParser({ xmlns: namespaces })
  const root = { elements: [] as XmlNode[] }
  const open: { elements: XmlNode[]; text: string }[] = []
  let home: string | undefined
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    if (refuseDoctype) throw new Error('The document has a document type.')
  })
  parser.on('opentag', (tag) => {
    if (open.length >= maxDepth) throw new Error(`It is more than ${maxDepth} elements deep.`)
    home ??= tag.uri
    const elements: XmlNode[] = []
    const node = { name: nameOf(tag, home), attributes: plainValues(tag), elements, text: '' }
    ;(open.at(-1) ?? root).elements.push(node)
    open.push(node)
  })
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => void open.pop())
  parser.write(document).close()
  const [element] = root.elements
  if (element === undefined) throw new Error('The document has no element.')
  return element
}

type Library = typeof import('saxes')

let library: Library | undefined

// A server takes 10 ms less to start without it, and most are never sent any XML; who reads one wants it at
// once, so it comes by `require`.
function saxes(): Library {
  library ??= createRequire(import.meta.url)('saxes') as Library
  return library
}

function nameOf({ name, local, uri }: SaxesTag, home: string | undefined): string {
  if (local === undefined || uri === undefined) return name
  return uri === home ? local : `{${uri}}${local}`
}

function plainValues({ attributes }: SaxesTag): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]: [string, string | SaxesAttributeNS]) => [
      name,
      typeof attribute === 'string' ? attribute : attribute.value,
    ]),
  )
}

/** The first child of a name. */
export function childOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.elements.find((element) => element.name === name)
}

/** All children of a name, in order. */
export function childrenOf(node: XmlNode | undefined, name: string): XmlNode[] {
  return node?.elements.filter((element) => element.name === name) ?? []
}

/** The text of the first child of a name, undefined where there is no such child. */
export function textOf(node: XmlNode | undefined, name: string): string | undefined {
  return childOf(node, name)?.text
}
