import { escapeHtml, htmlElement } from '../encoding/html.js'
import type { Writer } from '../messages/message.js'
import type { Text } from '../messages/text.js'
import { isolate } from './isolate.js'
import type { Language } from './languages.js'

/**
 * Where a link in a message leads: its address, or that with further attributes. What leads nowhere is
 * emphasis.
 */
export type Link =
  string | undefined | { readonly href: string; readonly [attribute: string]: string }
export type Links = Readonly<Record<string, Link>>

/** Writes plain text: markup is left out. */
export function plainWriter(language: Language, said: (text: Text) => string): Writer {
  return {
    own: (text) => text,
    value: (text) => isolate(text, language),
    moment: (text) => text,
    tag: (_name, inner) => inner,
    said,
  }
}

/** Writes plain text with its values as they are. */
export function bareWriter(said: (text: Text) => string): Writer {
  return {
    own: (text) => text,
    value: (text) => text,
    moment: (text) => text,
    tag: (_name, inner) => inner,
    said,
  }
}

/** Writes HTML: every value in an element that keeps its direction to itself (UAX #9, `<bdi>`). */
export function htmlWriter(links: Links, said: (text: Text) => string): Writer {
  return {
    own: escapeHtml,
    value: (text) => htmlElement('bdi', escapeHtml(text)),
    // A page's script writes it as the device does, in its time zone.
    moment: (text, { moment, style }) =>
      htmlElement('time', escapeHtml(text), {
        datetime: new Date(moment).toISOString(),
        'data-style': style,
      }),
    tag(name, inner) {
      if (name === 'b') return htmlElement('strong', inner)
      if (!Object.hasOwn(links, name)) {
        throw new RangeError(`The message has no address for its <${name}>.`)
      }
      const link = links[name]
      if (link === undefined) return htmlElement('strong', inner)
      return htmlElement('a', inner, typeof link === 'string' ? { href: link } : link)
    },
    said,
  }
}
