import type { Request } from 'express'
import { queryString, withoutParameter } from '../../encoding/uri.js'
import { matchTag, type Wishes } from '../../texts/negotiate.js'
import type { Language, Tag } from '../../texts/languages.js'
import { queryParameter, type WithQuery } from './query.js'

/** The query parameter by which a person chooses a language. */
export const LANGUAGE = 'language'

// An address and a name of the longest, each letter of the name in nine characters.
const MAX_QUERY_LENGTH = 3000

/** What a request says of its person's language. It never fails: what cannot be read is passed over. */
export function languageWishes(request: Request): Pick<Wishes, 'asked' | 'header'> {
  return { asked: chosenLanguage(request), header: request.get('Accept-Language') }
}

/** The language that a person has chosen, if it is one there is. */
export function chosenLanguage(request: WithQuery): Tag | undefined {
  try {
    const asked = queryParameter(request, LANGUAGE)
    return asked === undefined ? undefined : matchTag(asked)
  } catch {
    return undefined
  }
}

/**
 * Each language with what leads from a page to the same page in it: a reference that is a query alone.
 *
 * @returns undefined for a query that no page of ours leads to: each language would repeat it
 */
export function inEachLanguage(
  { originalUrl }: WithQuery,
  languages: readonly Language[],
): (Language & { readonly href: string })[] | undefined {
  const [, query = ''] = originalUrl.split(/\?(.*)/s)
  if (query.length > MAX_QUERY_LENGTH) return undefined
  const others = withoutParameter(query, LANGUAGE)
  const rest = others === '' ? '' : `&${others}`
  return languages.map((language) => ({
    ...language,
    href: `${queryString([[LANGUAGE, language.tag]])}${rest}`,
  }))
}
