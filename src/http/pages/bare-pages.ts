import type { Request } from 'express'
import { escapeHtml, htmlElement } from '../../encoding/html.js'
import type { MailProfileError } from '../../errors.js'
import type { Tag } from '../../texts/languages.js'
import { chooseLanguage } from '../../texts/negotiate.js'
import { loadTexts, type Texts } from '../../texts/texts.js'
import { languageWishes } from '../request/language.js'
import { titleOf, type ErrorPages } from './pages.js'

/**
 * Pages of errors that are nobody's: without name, looks and anything that they would have to load.
 *
 * @param fallback for whoever speaks none of the languages there are
 */
export function barePages(fallback: Tag): ErrorPages {
  return {
    for(request: Request) {
      const tag = chooseLanguage({ ...languageWishes(request), fallback })
      const said = loadTexts(tag)
      request.res?.vary('Accept-Language').set('Content-Language', tag)
      return { error: (error, status) => pageOf(error, status, said) }
    },
  }
}

function pageOf({ message, hint, texts }: MailProfileError, status: number, said: Texts): string {
  const title = said.html(titleOf(status))
  const sentences = [
    texts.message === undefined ? escapeHtml(message) : said.html(texts.message),
    texts.hint === undefined ? escapeHtml(hint ?? '') : said.html(texts.hint),
  ]
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">' +
    htmlElement('title', title)
  const main = [
    htmlElement('h1', title),
    ...sentences.filter((html) => html !== '').map((html) => htmlElement('p', html)),
  ]
  const { tag, dir } = said.language
  const body = htmlElement('body', htmlElement('main', main.join('')))
  const html = htmlElement('html', `${htmlElement('head', head)}${body}`, { lang: tag, dir })
  return `<!doctype html>${html}\n`
}
