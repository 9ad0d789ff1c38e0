import { createFormats } from './formats.js'
import { createMessage, type Message, type Writer } from './message.js'
import { shippedMessages } from './shipped.js'
import type { Text } from './text.js'
import type { Translated } from './translated.js'

/** By which Intl writes English: 1 December 2026, and no comma before the last of a list. */
export const ENGLISH = 'en-GB'

const formats = createFormats(ENGLISH)
const messages = new Map<string, Message>()

const PLAIN: Writer = {
  own: (text) => text,
  value: (text) => text,
  moment: (text) => text,
  tag: (_name, inner) => inner,
  said: english,
}

/**
 * A text in English, for the log, the command line and the HTTP interface. Its values stand there as they
 * are, with nothing invisible around those of another direction: programs read this.
 */
export function english(said: Text | Translated): string {
  if (typeof said === 'string') return said
  if ('en' in said) return said.en
  const { key, values } = said
  let message = messages.get(key)
  if (message === undefined) {
    message = createMessage(shippedMessages('en').get(key) ?? key, formats)
    messages.set(key, message)
  }
  return message(values, PLAIN)
}
