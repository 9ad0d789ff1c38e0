import { ENGLISH } from '../messages/english.js'

/** A language that people may be shown. */
export interface Language {
  /** BCP 47, what `lang` of a page says. */
  readonly tag: Tag
  /** What its speakers call it. */
  readonly autonym: string
  readonly dir: 'ltr' | 'rtl'
  /** By which Intl writes its numbers, times and lists. */
  readonly locale: string
}

const TABLE = [
  ['en', 'English', 'ltr'],
  ['de', 'Deutsch', 'ltr'],
  ['fr', 'Français', 'ltr'],
  ['es', 'Español', 'ltr'],
  ['it', 'Italiano', 'ltr'],
  ['pt-BR', 'Português (Brasil)', 'ltr'],
  ['nl', 'Nederlands', 'ltr'],
  ['pl', 'Polski', 'ltr'],
  ['sv', 'Svenska', 'ltr'],
  ['tr', 'Türkçe', 'ltr'],
  ['uk', 'Українська', 'ltr'],
  ['ar', 'العربية', 'rtl'],
  ['hi', 'हिन्दी', 'ltr'],
  ['ja', '日本語', 'ltr'],
  ['zh-Hans', '简体中文', 'ltr'],
] as const

export type Tag = (typeof TABLE)[number][0]

/** The languages, in the order in which people choose from them. */
export const LANGUAGES: readonly Language[] = TABLE.map(([tag, autonym, dir]) => ({
  tag,
  autonym,
  dir,
  locale: tag === 'en' ? ENGLISH : tag,
}))

const BY_TAG: ReadonlyMap<string, Language> = new Map(
  LANGUAGES.map((language) => [language.tag, language]),
)

/** A language by its own tag, as it is written here. */
export function languageOf(tag: Tag): Language
export function languageOf(tag: string): Language | undefined
export function languageOf(tag: string): Language | undefined {
  return BY_TAG.get(tag)
}
