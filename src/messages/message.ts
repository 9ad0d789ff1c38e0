import type { Formats } from './formats.js'
import { icu } from './library.js'
import type { SaidMoment, Text, Value, Words } from './text.js'

/** How a message becomes plain text, or markup. */
export interface Writer {
  /** The message's own words. */
  own(text: string): string
  /** One value of it. */
  value(text: string): string
  /** A value that is a time, written already. */
  moment(text: string, moment: SaidMoment): string
  /** What is between two tags, written already. */
  tag(name: string, inner: string): string
  /** A value that is a message too. */
  said(text: Text): string
}

/** One message of one language. */
export type Message = (values: Readonly<Record<string, Value>>, writer: Writer) => string

/** The tags of messages: `b`, and `a` for links, with a digit where there are several. */
export const TAG = /^(?:b|a[1-9]?)$/
const OPENING_TAG = /<(b|a[1-9]?)>/g

// What nearly all messages are made of. The library takes six times as long to read these.
const SIMPLE = /\{ *([A-Za-z]\w*) *(?:, *(number) *)?\}|<(\/?)(b|a[1-9]?)>/g

/**
 * A message from its source in ICU MessageFormat. Only one with plurals, choices, dates or quotes needs
 * the library.
 *
 * @throws SyntaxError for what is none
 */
export function createMessage(source: string, formats: Formats): Message {
  if (!/[{<']/.test(source)) return (_, writer) => writer.own(source)
  const nodes = simpleNodes(source)
  return nodes === undefined
    ? icuMessage(source, formats)
    : (values, writer) => writeNodes(nodes, values, writer, formats)
}

type Node =
  | { readonly text: string }
  | { readonly name: string; readonly isNumber: boolean }
  | { readonly tag: string; readonly nodes: readonly Node[] }

function simpleNodes(source: string): readonly Node[] | undefined {
  if (/[{}<']/.test(source.replace(SIMPLE, ''))) return undefined
  const nodes: Node[] = []
  const open: { readonly tag: string; readonly nodes: Node[] }[] = []
  let end = 0
  const within = () => open.at(-1)?.nodes ?? nodes
  for (const match of source.matchAll(SIMPLE)) {
    const [whole, name, number, slash, tag = ''] = match
    if (match.index > end) within().push({ text: source.slice(end, match.index) })
    end = match.index + whole.length
    if (name !== undefined) within().push({ name, isNumber: number !== undefined })
    else if (slash === '') open.push({ tag, nodes: [] })
    else {
      const closed = open.pop()
      if (closed?.tag !== tag) return undefined
      within().push(closed)
    }
  }
  if (end < source.length) within().push({ text: source.slice(end) })
  return open.length === 0 ? nodes : undefined
}

function writeNodes(
  nodes: readonly Node[],
  values: Readonly<Record<string, Value>>,
  writer: Writer,
  formats: Formats,
): string {
  let written = ''
  for (const node of nodes) {
    if ('text' in node) written += writer.own(node.text)
    else if ('tag' in node) {
      written += writer.tag(node.tag, writeNodes(node.nodes, values, writer, formats))
    } else {
      const { name, isNumber } = node
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (isNumber !== (typeof value === 'number') || value === undefined) throw wrong(name)
      written +=
        typeof value === 'number'
          ? writer.own(formats.number(value))
          : writeWords(value as Words, writer, formats)
    }
  }
  return written
}

/** Words as they are written, and as a choice (`{protocol, select, …}`) compares them. */
class Written {
  readonly text: string
  readonly #raw: string

  constructor(text: string, raw: string) {
    this.text = text
    this.#raw = raw
  }

  toString(): string {
    return this.#raw
  }
}

function icuMessage(source: string, formats: Formats): Message {
  const { IntlMessageFormat } = icu()
  const { locale, makers } = formats
  const message = new IntlMessageFormat(source, locale, undefined, { formatters: makers })
  const tags = new Set(Array.from(source.matchAll(OPENING_TAG), ([, tag = '']) => tag))
  return (values, writer) => {
    const written = (part: unknown) =>
      part instanceof Written ? part.text : writer.own(String(part))
    const given: Record<string, number | Date | Written | ((inner: unknown[]) => Written)> = {}
    for (const tag of tags) {
      given[tag] = (inner) => new Written(writer.tag(tag, inner.map(written).join('')), '')
    }
    for (const [name, value] of Object.entries(values)) {
      given[name] =
        typeof value === 'number' || value instanceof Date
          ? value
          : new Written(writeWords(value, writer, formats), typeof value === 'string' ? value : '')
    }
    return message
      .formatToParts<Written>(given)
      .map(({ value }) => written(value))
      .join('')
  }
}

function writeWords(value: Words, writer: Writer, formats: Formats): string {
  if (typeof value === 'string') return writer.value(value)
  if ('key' in value) return writer.said(value)
  if ('moment' in value) return writer.moment(formats.time(value.moment, value.style), value)
  return formats
    .list(value)
    .map((part) => (part.type === 'element' ? writer.value(part.value) : writer.own(part.value)))
    .join('')
}

function wrong(name: string): RangeError {
  return new RangeError(`The value ${name} of a message is missing or of the wrong kind.`)
}
