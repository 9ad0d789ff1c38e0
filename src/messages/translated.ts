/** Words of somebody's own, such as a provider's, by the tags of the languages they are in: English is always there. */
export interface Translations {
  /** What programs are told, and whoever reads a language that is not there. */
  readonly en: string
  /** The same where nobody said what language that is in: the operator's own, as BCP 47 calls what is not known. */
  readonly und?: string
  readonly [tag: string]: string | undefined
}

/** The same, or in English alone. */
export type Translated = string | Translations

/** Such words in a language, or else in English. */
export function inLanguage(translated: Translated, tag: string): string {
  return typeof translated === 'string' ? translated : (own(translated, tag) ?? translated.en)
}

/**
 * The language in which `inLanguage` gives them.
 *
 * @param operator what counts where nobody said
 */
export function languageIn<T extends string>(
  translated: Translated,
  tag: T,
  operator: T | 'en' = 'en',
): T | 'en' {
  if (typeof translated === 'string') return 'en'
  if (own(translated, 'und') !== undefined) return operator
  return own(translated, tag) === undefined ? 'en' : tag
}

/** Words in the operator's own language, whatever that is. */
export function inOwnLanguage(words: string): Translations {
  return { en: words, und: words }
}

function own(translations: Translations, tag: string): string | undefined {
  return Object.hasOwn(translations, tag) ? translations[tag] : undefined
}
