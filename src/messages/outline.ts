import { icu } from './library.js'
import { TAG } from './message.js'

/** What a placeholder takes: see `text.ts`. */
export type Kind = 'word' | 'number' | 'date'

/** What a message is made of, besides words. */
export interface Outline {
  readonly placeholders: ReadonlyMap<string, Kind>
  readonly tags: ReadonlySet<string>
  /** The cases that each of its plurals tells apart, `other` among them. */
  readonly plurals: readonly (readonly string[])[]
}

/** Why a text is no message of ours. */
export class MessageMistake extends Error {
  /** Where in the message, from 0. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

// The elements of a parsed message, which has numbers for them.
const [LITERAL, ARGUMENT, NUMBER, DATE, TIME, SELECT, PLURAL, POUND, TAG_ELEMENT] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
]

interface Element {
  readonly type: number
  readonly value?: string
  readonly location?: { readonly start: { readonly offset: number } }
  readonly options?: Readonly<Record<string, { readonly value: readonly Element[] }>>
  readonly children?: readonly Element[]
}

/** @throws MessageMistake */
export function outlineOf(source: string): Outline {
  const placeholders = new Map<string, Kind>()
  const tags = new Set<string>()
  const plurals: string[][] = []

  function place(name: string, kind: Kind, offset: number): void {
    if (TAG.test(name)) throw new MessageMistake(`{${name}} has the name of a tag`, offset)
    const known = placeholders.get(name)
    // A number may choose a plural, and a word a form; neither may be both.
    if (known !== undefined && known !== kind) {
      throw new MessageMistake(`{${name}} is a ${known} and a ${kind}`, offset)
    }
    placeholders.set(name, kind)
  }

  function visit(elements: readonly Element[], within: string | undefined): void {
    for (const { type, value = '', location, options = {}, children = [] } of elements) {
      const offset = location?.start.offset ?? 0
      switch (type) {
        case LITERAL: {
          // The parser takes `<br/>` for a text.
          const at = value.search(/<[/A-Za-z]/)
          if (at >= 0) {
            throw new MessageMistake('it has a tag other than <b>…</b> and <a>…</a>', offset + at)
          }
          break
        }
        case ARGUMENT:
        case SELECT:
          place(value, 'word', offset)
          break
        case NUMBER:
        case PLURAL:
          place(value, 'number', offset)
          break
        case DATE:
        case TIME:
          place(value, 'date', offset)
          break
        case TAG_ELEMENT:
          if (!TAG.test(value)) {
            throw new MessageMistake(
              `it has the tag <${value}>: there are only <b>…</b> and <a>…</a>`,
              offset,
            )
          }
          if (value !== 'b' && within !== undefined && within !== 'b') {
            throw new MessageMistake('it has a link within a link', offset)
          }
          tags.add(value)
          break
        case POUND:
          break
      }
      if (type === PLURAL) plurals.push(Object.keys(options))
      for (const option of Object.values(options)) visit(option.value, within)
      visit(children, type === TAG_ELEMENT && value !== 'b' ? value : within)
    }
  }

  visit(parse(source), undefined)
  return { placeholders, tags, plurals }
}

function parse(source: string): readonly Element[] {
  const { IntlMessageFormat } = icu()
  try {
    return IntlMessageFormat.__parse?.(source, { captureLocation: true }) ?? []
  } catch (error) {
    const { message, location } = error as SyntaxError & Pick<Element, 'location'>
    throw new MessageMistake(
      REASONS.get(message) ?? `it is no ICU message (${message})`,
      location?.start.offset ?? 0,
    )
  }
}

// Of the parser's words those that people meet.
const REASONS: ReadonlyMap<string, string> = new Map([
  ['EXPECT_ARGUMENT_CLOSING_BRACE', 'a { is not closed'],
  ['UNCLOSED_ARGUMENT', 'a { is not closed'],
  ['EMPTY_ARGUMENT', 'the name of a placeholder is missing'],
  ['MALFORMED_ARGUMENT', 'the name of a placeholder has other characters than letters and digits'],
  ['INVALID_ARGUMENT_TYPE', 'a placeholder is of an unknown kind'],
  ['EXPECT_ARGUMENT_TYPE', 'the kind of a placeholder is missing'],
  ['MISSING_OTHER_CLAUSE', 'a plural or a choice has no “other”'],
  ['EXPECT_PLURAL_ARGUMENT_SELECTOR', 'a plural has no cases'],
  ['EXPECT_SELECT_ARGUMENT_SELECTOR', 'a choice has no cases'],
  ['EXPECT_PLURAL_ARGUMENT_SELECTOR_FRAGMENT', 'a case of a plural has no {…}'],
  ['EXPECT_SELECT_ARGUMENT_SELECTOR_FRAGMENT', 'a case of a choice has no {…}'],
  ['DUPLICATE_PLURAL_ARGUMENT_SELECTOR', 'a plural has a case twice'],
  ['DUPLICATE_SELECT_ARGUMENT_SELECTOR', 'a choice has a case twice'],
  ['INVALID_TAG', 'a tag is damaged'],
  ['UNCLOSED_TAG', 'a tag is not closed'],
  ['UNMATCHED_CLOSING_TAG', 'a tag is closed that is not open'],
])
