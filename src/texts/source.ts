import { createFormats, type Formats } from '../messages/formats.js'
import { createMessage, type Message } from '../messages/message.js'
import { shippedMessages, type Messages } from '../messages/shipped.js'
import type { Language, Tag } from './languages.js'

/** Messages of one file, and those that were parsed. */
export class Source {
  readonly #messages: Messages
  readonly #formats: Formats
  readonly #parsed = new Map<string, Message>()

  constructor(messages: Messages, language: Language) {
    this.#messages = messages
    this.#formats = formatsOf(language)
  }

  get(key: string): Message | undefined {
    const parsed = this.#parsed.get(key)
    if (parsed !== undefined) return parsed
    const text = this.#messages.get(key)
    if (text === undefined) return undefined
    const message = createMessage(text, this.#formats)
    this.#parsed.set(key, message)
    return message
  }
}

/** Makes something for each language that is asked for, once. */
export function keptByLanguage<T>(make: (language: Language) => T): (language: Language) => T {
  const made = new Map<Tag, T>()
  return (language) => {
    const one = made.get(language.tag) ?? make(language)
    made.set(language.tag, one)
    return one
  }
}

/** How a language writes numbers and the like: one for all tenants. */
export const formatsOf = keptByLanguage(({ locale }) => createFormats(locale))

/** The messages that ship in a language, for all tenants too. */
export const shippedSource = keptByLanguage(
  (language) => new Source(shippedMessages(language.tag), language),
)
