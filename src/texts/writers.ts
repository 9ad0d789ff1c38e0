import { escapeHtml, htmlElement } from '../encoding/html.js'
import type { Writer } from '../messages/message.js'
import type { Text } from '../messages/text.js'
import { isolate } from './isolate.js'
import type { Language } from './languages.js'

/** Where a link in a message leads: its address, or that with further attributes. */
export type Link = string | { readonly href: string; readonly [attribute: string]: string }
export type Links = Readonly<Record<string, Link>>

/** Writes plain text: markup is left out. */
export function plainWriter(language: Language, said: (text: Text) => string): Writer {
  return {
    own: (text) => text,
    value: (text) => isolate(text, language),
    tag: (_name, inner) => inner,
    said,
  }
}

/** Writes plain text with its values as they are. */
export function bareWriter(said: (text: Text) => string): Writer {
  return { own: (text) => text, value: (text) => text, tag: (_name, inner) => inner, said }
}

/** Writes HTML: every value in an element that keeps its direction to itself (UAX #9, `<bdi>`). */
export function htmlWriter(links: Links, said: (text: Text) => string): Writer {
  return {
    own: escapeHtml,
    value: (text) => htmlElement('bdi', escapeHtml(text)),
    tag(name, inner) {
      if (name === 'b') return htmlElement('strong', inner)
      const link = Object.hasOwn(links, name) ? links[name] : undefined
      if (link === undefined) throw new RangeError(`The message has no address for its <${name}>.`)
      return htmlElement('a', inner, typeof link === 'string' ? { href: link } : link)
    },
    said,
  }
}
