import type { TimeStyle } from './formats.js'
import type { MessageValues } from './keys.js'

/** The name of a message: `errors.address.tooLong`. */
export type MessageKey = keyof MessageValues

/** A time, as the language writes it. */
export interface SaidMoment {
  /** Unix milliseconds. */
  readonly moment: number
  readonly style: TimeStyle
}

/**
 * What stands for a word: a text as it is, several of them (a list, as the language writes one), a time,
 * or a message.
 */
export type Words = string | readonly string[] | SaidMoment | Text

interface Kinds {
  readonly word: Words
  readonly number: number
  readonly date: Date
}

// Where a key may be one of several, all that any of them needs has to be there.
type All<U> = (U extends U ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never
type Wanted<K extends MessageKey> = All<MessageValues[K]>
type NamesOf<W, Kind> = { [P in keyof W]: W[P] extends Kind ? P : never }[keyof W]

/** A value for each placeholder of a message. */
export type Values<K extends MessageKey> = {
  readonly [P in NamesOf<Wanted<K>, keyof Kinds>]: Kinds[Wanted<K>[P] & keyof Kinds]
}

/** The names of the links in a message: those of its tags. */
export type LinkNames<K extends MessageKey> = NamesOf<Wanted<K>, 'link'>

/** The values of a message: an argument where it has placeholders, none where it has not. */
export type ValuesGiven<K extends MessageKey> = keyof Values<K> extends never
  ? []
  : [values: Values<K>]

export type Value = Words | number | Date

/** Something that is said, in no language yet. */
export interface Text {
  readonly key: MessageKey
  readonly values: Readonly<Record<string, Value>>
}

/** Says something that is shown later, in a language that is not known here. */
export function say<K extends MessageKey>(key: K, ...given: ValuesGiven<K>): Text {
  const [values = {}] = given
  return { key, values }
}
