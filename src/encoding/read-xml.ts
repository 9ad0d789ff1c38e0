import { SaxesParser } from 'saxes'

/** An element as it was read; texts are as they stand, untrimmed. */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Elements only, in order. */
  readonly elements: readonly XmlNode[]
  /** The text directly inside, all pieces of it together. */
  readonly text: string
}

/**
 * A well-formed XML 1.0 document without a schema. A document type is passed over, entities that it
 * might define stay unknown, and nothing is ever fetched.
 *
 * @throws Error where it is not well-formed
 */
export function readXml(document: string): XmlNode {
  const parser = new SaxesParser({ xmlns: false })
  const root = { elements: [] as XmlNode[] }
  const open: { elements: XmlNode[]; text: string }[] = []
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const elements: XmlNode[] = []
    const node = { name, attributes, elements, text: '' }
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

/** The first child of a name. */
export function childOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.elements.find((element) => element.name === name)
}

/** The text of the first child of a name, undefined where there is no such child. */
export function textOf(node: XmlNode | undefined, name: string): string | undefined {
  return childOf(node, name)?.text
}
