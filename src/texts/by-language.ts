import { didYouMean } from '../encoding/near-miss.js'
import { LANGUAGES, languageOf } from './languages.js'

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
      const [language = ''] = tag.toLowerCase().split(/[-_]/)
      const meant = LANGUAGES.find((known) => known.tag.split('-')[0] === language)
      const known = LANGUAGES.map((one) => one.tag).join(', ')
      return {
        message: `must be in the languages ${known}${didYouMean(meant === undefined ? [] : [meant.tag])}`,
        tag: /^[a-z]{2,3}(?:[-_][a-z]{2,4})?$/i.test(tag) ? tag : undefined,
      }
    })
}
