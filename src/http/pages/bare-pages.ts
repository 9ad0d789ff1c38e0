import type { Request } from 'express'
import type { Tag } from '../../texts/languages.js'
import { chooseLanguage } from '../../texts/negotiate.js'
import { loadTexts } from '../../texts/texts.js'
import { languageWishes } from '../request/language.js'
import { titleOf, type ErrorPages } from './pages.js'
import { createTemplates } from './templates.js'

/**
 * Pages of errors that are nobody's: without name, looks and anything that they would have to load.
 *
 * @param fallback for whoever speaks none of the languages there are
 */
export function barePages(fallback: Tag): ErrorPages {
  const eta = createTemplates(undefined)
  return {
    for(request: Request) {
      const tag = chooseLanguage({ ...languageWishes(request), fallback })
      const said = loadTexts(tag)
      request.res?.vary('Accept-Language').set('Content-Language', tag)
      return {
        error({ message, hint, texts }, status) {
          const sentences = [texts.message ?? { en: message }, texts.hint ?? (hint && { en: hint })]
          return eta.render('./bare', {
            language: said.language,
            title: said.text(titleOf(status)),
            sentences: sentences.flatMap((one) => (one ? [said.html(one)] : [])),
          })
        },
      }
    },
  }
}
