import { didYouMean } from '../encoding/near-miss.js'
import { LANGUAGES, languageOf, type Tag } from './languages.js'
import { matchTag } from './negotiate.js'

const LONGEST = 40

/** A key of somebody's texts by language that is no tag of ours. */
export interface UnknownTag {
  /** To be read after the name of the value. */
  readonly message: string
  /** Undefined where it is no tag at all, and may be anything. */
  readonly tag: string | undefined
}

/** What is wrong with the keys of somebody's texts by language. */
export function unknownTags(texts: object): UnknownTag[] {
  return Object.keys(texts)
    .filter((tag) => languageOf(tag) === undefined)
    .map((tag) => {
      const known = LANGUAGES.map((one) => one.tag).join(', ')
      return {
        message: `must be in the languages ${known}${didYouMean(meantLanguage(tag))}`,
        tag: /^[a-z]{2,3}(?:[-_][a-z]{2,4})?$/i.test(tag) ? tag : undefined,
      }
    })
}

/** The tag that was probably meant, if any: by a code of three letters, another region, or a name. */
export function meantLanguage(given: string): Tag[] {
  if (given.length > LONGEST) return []
  const name = given.toLowerCase()
  const meant =
    matchTag(given) ?? LANGUAGES.find((language) => namesOf(language.tag).includes(name))?.tag
  return meant === undefined ? [] : [meant]
}

// In English and its own, with and without region or script.
function namesOf(tag: Tag): (string | undefined)[] {
  const [language = ''] = tag.split('-')
  return ['en', tag].flatMap((speaker) => {
    const names = new Intl.DisplayNames(speaker, { type: 'language' })
    return [names.of(tag), names.of(language)].map((name) => name?.toLowerCase())
  })
}
