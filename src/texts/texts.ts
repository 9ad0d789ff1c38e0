import { escapeHtml, htmlElement } from '../encoding/html.js'
import type { TimeStyle } from '../messages/formats.js'
import type { Writer } from '../messages/message.js'
import { isShipped } from '../messages/shipped.js'
import type { LinkNames, MessageKey, Text, Values, ValuesGiven } from '../messages/text.js'
import {
  inLanguage,
  languageIn,
  type Translated,
  type Translations,
} from '../messages/translated.js'
import { LANGUAGES, languageOf, type Language, type Tag } from './languages.js'
import { matchTag } from './negotiate.js'
import { readOwnMessages } from './own-messages.js'
import { formatsOf, keptByLanguage, shippedSource, type Source } from './source.js'
import { bareWriter, htmlWriter, plainWriter, type Link, type Links } from './writers.js'

/** The values of a message in HTML and, where it has links, where they lead. */
export type GivenHtml<K extends MessageKey> =
  LinkNames<K> extends never
    ? ValuesGiven<K>
    : [values: Values<K>, links: Readonly<Record<LinkNames<K>, Link>>]

/** All that is said in one language. Its functions may be passed on alone. */
export interface Texts {
  readonly language: Language
  /** Plain text: markup is left out, and what runs in the other direction is isolated. */
  readonly text: {
    <K extends MessageKey>(key: K, ...given: ValuesGiven<K>): string
    (said: Text | Translations): string
  }
  /** The same for files that programs read: nothing invisible is put around any value. */
  readonly bare: Texts['text']
  /** HTML: words and values are escaped, and each value keeps its direction to itself. */
  readonly html: {
    <K extends MessageKey>(key: K, ...given: GivenHtml<K>): string
    (said: Text | Translations): string
  }
  /** What may be words of somebody's own in English alone: plain text, and HTML that marks those. */
  readonly said: {
    readonly text: (said: Text | Translated) => string
    readonly html: (said: Text | Translated) => string
  }
  /** As plain text: “a, b and c”. */
  readonly list: (values: readonly string[], type?: Intl.ListFormatType) => string
  readonly date: (date: Date | number, style: TimeStyle) => string
  readonly number: (value: number) => string
}

/** The texts of a server, or of a tenant of it. */
export interface AllTexts {
  /** The languages there are messages in. */
  readonly languages: readonly Language[]
  /** Read when they are first asked for. */
  in(tag: Tag): Texts
}

export interface AllTextsOptions {
  /**
   * Operators' own folders of templates. Messages in `locales/<tag>.json` there win over those that ship,
   * key by key, and those of the first folder over those of the next.
   */
  readonly folders?: readonly string[]
  /** The operator's own language, in which words are that name none; English by default. */
  readonly language?: Tag | undefined
}

/**
 * Operators' own files are read and checked here, all of them, so that nothing is found wrong later.
 *
 * @throws MailProfileError `invalid_configuration` that names file and line
 */
export function createTexts({
  folders = [],
  language: own = 'en',
}: AllTextsOptions = {}): AllTexts {
  // In the order in which they are asked.
  const files = folders.map(readOwnMessages)
  const sourcesIn = (language: Language): Source[] => [
    ...files.flatMap((messages) => messages.get(language.tag) ?? []),
    ...(isShipped(language.tag) ? [shippedSource(language)] : []),
  ]
  // Here, so that nothing has to be read where something has gone wrong.
  const english = sourcesIn(languageOf('en'))
  const textsOf = keptByLanguage((language) =>
    textsIn(language, language.tag === 'en' ? english : [...sourcesIn(language), ...english], own),
  )
  return {
    languages: LANGUAGES.filter(
      ({ tag }) => isShipped(tag) || files.some((messages) => messages.has(tag)),
    ),
    in: (tag) => textsOf(languageOf(tag)),
  }
}

let shipped: AllTexts | undefined

function shippedTexts(): AllTexts {
  return (shipped ??= createTexts())
}

/** The texts that ship with mailprofile, in one language. */
export function loadTexts(tag: Tag): Texts {
  return shippedTexts().in(tag)
}

/**
 * The texts that ship, in the language that comes nearest to a tag.
 *
 * @param tag BCP 47; what cannot be read, or is in none of the languages, gets English
 */
export function textsFor(tag: string | undefined): Texts {
  if (tag === undefined) return loadTexts('en')
  const among = shippedLanguages().map((language) => language.tag)
  return loadTexts(matchTag(tag, among) ?? 'en')
}

/** The languages that messages ship in. */
export function shippedLanguages(): readonly Language[] {
  return shippedTexts().languages
}

/**
 * @param sources asked one after another
 * @param own the operator's language
 */
function textsIn(language: Language, sources: readonly Source[], own: Tag): Texts {
  const formats = formatsOf(language)

  function write({ key, values }: Text, writer: Writer): string {
    for (const source of sources) {
      const message = source.get(key)
      if (message !== undefined) return message(values, writer)
    }
    throw new RangeError(`There is no message ${key}.`)
  }

  const plain = plainWriter(language, (said) => write(said, plain))
  const bare = bareWriter((said) => write(said, bare))
  const saidInHtml = (said: Text): string => write(said, html)
  const html = htmlWriter({}, saidInHtml)
  const { tag } = language
  const ownText = (words: Translated) => inLanguage(words, tag)
  const ownHtml = (words: Translated) => {
    const written = escapeHtml(ownText(words))
    const spoken = languageIn(words, tag, own)
    return spoken === tag ? written : htmlElement('bdi', written, { lang: spoken })
  }
  const text = (said: MessageKey | Text | Translations, values: Text['values'] = {}): string => {
    if (typeof said === 'string') return write({ key: said, values }, plain)
    return 'en' in said ? ownText(said) : write(said, plain)
  }
  const inHtml = (
    said: MessageKey | Text | Translations,
    values: Text['values'] = {},
    links?: Links,
  ): string => {
    if (typeof said !== 'string') return 'en' in said ? ownHtml(said) : saidInHtml(said)
    return write({ key: said, values }, links === undefined ? html : htmlWriter(links, saidInHtml))
  }
  return {
    language,
    text,
    bare: (said: MessageKey | Text | Translations, values: Text['values'] = {}) => {
      if (typeof said === 'string') return write({ key: said, values }, bare)
      return 'en' in said ? ownText(said) : write(said, bare)
    },
    html: inHtml,
    said: {
      text: (said) => (typeof said === 'string' ? ownText(said) : text(said)),
      html: (said) => (typeof said === 'string' ? ownHtml(said) : inHtml(said)),
    },
    list: (values, type) =>
      formats
        .list(values, type)
        .map(({ value }) => value)
        .join(''),
    date: (date, style) => formats.time(date, style),
    number: (value) => formats.number(value),
  }
}
