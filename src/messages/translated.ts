/** Words of somebody's own, such as a provider's, by the tags of the languages they are in: English is always there. */
export interface Translations {
  readonly en: string
  readonly [tag: string]: string | undefined
}

/** The same, or in English alone. */
export type Translated = string | Translations

/** Such words in a language, or else in English. */
export function inLanguage(translated: Translated, tag: string): string {
  return typeof translated === 'string' ? translated : (own(translated, tag) ?? translated.en)
}

/** The language in which `inLanguage` gives them. */
export function languageIn<T extends string>(translated: Translated, tag: T): T | 'en' {
  return typeof translated === 'string' || own(translated, tag) === undefined ? 'en' : tag
}

function own(translations: Translations, tag: string): string | undefined {
  return Object.hasOwn(translations, tag) ? translations[tag] : undefined
}
