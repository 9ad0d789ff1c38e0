import type { Request } from 'express'
import { queryString, withoutParameter } from '../../encoding/uri.js'
import { matchTag, type Wishes } from '../../texts/negotiate.js'
import type { Tag } from '../../texts/languages.js'
import { queryParameter } from './query.js'

/** The query parameter by which a person chooses a language. */
export const LANGUAGE = 'language'

/** What a request says of its person's language. It never fails: what cannot be read is passed over. */
export function languageWishes(request: Request): Pick<Wishes, 'asked' | 'header'> {
  return { asked: askedLanguage(request), header: request.get('Accept-Language') }
}

function askedLanguage(request: Request): Tag | undefined {
  try {
    const asked = queryParameter(request, LANGUAGE)
    return asked === undefined ? undefined : matchTag(asked)
  } catch {
    return undefined
  }
}

/**
 * What leads from a page to the same page in another language: a reference that is a query alone.
 *
 * @param url of the page: only its query counts
 */
export function linkInLanguage(url: string, tag: Tag): string {
  const [, query = ''] = url.split(/\?(.*)/s)
  const rest = withoutParameter(query, LANGUAGE)
  return `${queryString([[LANGUAGE, tag]])}${rest === '' ? '' : `&${rest}`}`
}
